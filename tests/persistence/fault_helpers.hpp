#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/support/pg_database.hpp"
#include "tests/support/settlement_contract/helpers.hpp"

namespace bankslip::test {

/// Waits until the query answers anything but "0"; throws after 20 s.
inline void wait_for(pg_database& db, const std::string& query) {
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (db.value(query) == "0") {
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("waited in vain for: " + query);
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
}

/// A store's backend waits for a lock.
inline void wait_for_lock_wait(pg_database& db) {
  wait_for(db, "select count(*) from pg_stat_activity where datname = current_database() "
               "and application_name = 'bankslip' and wait_event_type = 'Lock'");
}

/// Ends every backend of the stores and waits until they are gone.
inline void terminate_backends(pg_database& db) {
  db.exec("select pg_terminate_backend(pid, 10000) from pg_stat_activity "
          "where datname = current_database() and application_name = 'bankslip'");
}

} // namespace bankslip::test
