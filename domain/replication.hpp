#pragma once

#include <string>

namespace bankslip::domain {

/// Holds what the database says of its standbys, in PostgreSQL's own words.
struct replication_state {
  /// `synchronous_standby_names` and `synchronous_commit`, as they are set.
  std::string standbys;
  std::string commit;

  /// Whether a commit waits until a standby has it, so that it outlives its server.
  bool is_synchronous() const noexcept {
    return !standbys.empty() && commit != "off" && commit != "local";
  }
  /// For people: "synchronous: ANY 1 (a, b)".
  std::string text() const {
    if (is_synchronous())
      return "synchronous: " + standbys;
    return standbys.empty() ? "asynchronous: synchronous_standby_names is empty"
                            : "asynchronous: synchronous_commit is " + commit;
  }
  bool operator==(const replication_state&) const = default;
};

} // namespace bankslip::domain
