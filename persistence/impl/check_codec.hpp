#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "domain/ports.hpp"
#include "persistence/impl/binary.hpp"
#include "persistence/impl/pq_connection.hpp"

/// Rows of `bankslips` as `debt_check` reads them.
namespace bankslip::persistence {

/// Rows by key, or where they lie, with as little as a repetition is known by.
extern const statement check_statement;
extern const statement check_locations_statement;
/// Which of their columns the location is.
constexpr int check_location_column = 10;
binary_params location_params(std::span<const std::pair<row_location, std::uint32_t>> locations);

/// Gathers rows of the check in `out`, without those that are not final.
class checked_rows {
public:
  checked_rows(std::span<const domain::debt* const> debts, domain::found_debts& out)
      : debts_{debts}, out_{out} {}

  /// The row has the id of the debt number `asked`.
  void add(const PGresult* result, int row, std::uint32_t asked);
  void add(domain::stored_debt row, std::uint32_t asked);

  /// The numbers of the debts whose rows are not final.
  std::vector<std::uint32_t> take_open() { return std::exchange(open_, {}); }

private:
  std::span<const domain::debt* const> debts_;
  domain::found_debts& out_;
  std::vector<std::uint32_t> open_;
};

} // namespace bankslip::persistence
