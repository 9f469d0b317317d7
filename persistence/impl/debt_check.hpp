#pragma once

#include <chrono>
#include <memory>
#include <span>

#include "domain/ports.hpp"
#include "persistence/impl/pq_connection.hpp"
#include "persistence/impl/row_locations.hpp"

namespace bankslip::persistence {

/// Reads debts by their ids: at their locations where `row_locations` knows them, by
/// the index otherwise, since a descent of it costs four times what the row does. A
/// row read at its location is as true as one by the index: the statement sees it,
/// and its debt_id is the one that was asked for. One thread.
class debt_check {
public:
  explicit debt_check(std::shared_ptr<row_locations> locations)
      : locations_{std::move(locations)} {}

  /// As `settlement_store::find`.
  caf::error find(pq_connection& connection, std::span<const domain::debt* const> debts,
                  domain::found_debts& out);

private:
  class run;

  /// Logs that a short cut failed, at most once a minute.
  void warn(const caf::error& why);

  std::shared_ptr<row_locations> locations_;
  std::chrono::steady_clock::time_point next_warning_{};
};

} // namespace bankslip::persistence
