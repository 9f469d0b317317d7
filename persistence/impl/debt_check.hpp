#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/ports.hpp"
#include "persistence/impl/pq_connection.hpp"
#include "persistence/impl/row_locations.hpp"

namespace bankslip::persistence {

/// Reads debts by their ids. The index is asked only for rows of which nobody
/// knows where they lie: a descent of it costs four times what the row does.
/// A row read at its location is as true as one by the index: the statement sees
/// it, and its debt_id is the one that was asked for. One thread.
class debt_check {
public:
  explicit debt_check(std::shared_ptr<row_locations> locations)
      : locations_{std::move(locations)} {}

  /// As `settlement_store::find`.
  caf::error find(pq_connection& connection, std::span<const domain::debt* const> debts,
                  domain::found_debts& out);

private:
  struct state;
  /// With the number of the id that is to lie there.
  using known_location = std::pair<row_location, std::uint32_t>;

  caf::error by_location(state& s);
  caf::error read_locations(state& s, std::span<const known_location> known);
  caf::error by_index(state& s);
  /// Appends where rows were `found`.
  caf::error ask_index(state& s, std::span<const std::uint32_t> numbers,
                       std::vector<row_location>& found);
  caf::error open_rows(state& s);
  caf::error read_pages(state& s, std::span<const row_location> found);

  /// At most once a minute.
  void warn(const caf::error& why);

  std::shared_ptr<row_locations> locations_;
  std::chrono::steady_clock::time_point next_warning_{};
};

} // namespace bankslip::persistence
