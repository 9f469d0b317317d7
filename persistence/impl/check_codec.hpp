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
extern const statement check_places_statement;
/// Which of their columns the place is.
constexpr int check_place_column = 10;
binary_params place_params(std::span<const std::pair<place, std::uint32_t>> places);

/// Gathers rows of the check: the final ones in `out`, whose memory is used again.
class checked_rows {
public:
  explicit checked_rows(domain::found_debts& out) : out_{out} { out_.asked.clear(); }

  /// The row has the id number `asked`.
  void add(const PGresult* result, int row, std::uint32_t asked);

  /// Once, after the last row: the numbers of the ids whose rows are not final.
  std::vector<std::uint32_t> finish();

private:
  domain::found_debts& out_;
  std::vector<std::uint32_t> open_;
};

} // namespace bankslip::persistence
