#pragma once

#include <span>
#include <string>
#include <string_view>
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
binary_params place_params(std::span<const std::pair<place, std::size_t>> places);

/// Gathers rows of the check: the final ones in `out`, whose memory is used again.
class checked_rows {
public:
  explicit checked_rows(std::vector<domain::stored_debt>& out) : out_{out} {}

  void add(const PGresult* result, int row);

  /// Once, after the last row: the ids of those that are not final.
  std::vector<std::string> finish();

  std::vector<domain::stored_debt>& out() noexcept { return out_; }

private:
  std::vector<domain::stored_debt>& out_;
  std::size_t used_ = 0;
  std::vector<std::string> open_;
};

} // namespace bankslip::persistence
