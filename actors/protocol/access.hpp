#pragma once

#include <chrono>
#include <vector>

#include "actors/protocol/common.hpp"
#include "domain/ports.hpp"

/// Tells who may do what, and notes what was done.
namespace bankslip::actors {

/// Stores what was changed through the API and adds up what the keys brought in.
struct record_changes {
  std::vector<domain::audit_entry> entries;
  /// The day on which `rows` came in.
  domain::date day{};
  /// A key stands here once; 0 rows only ask for the sum.
  std::vector<domain::key_rows> rows;
  /// It is not begun later: its sender would send it again.
  std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max();
};

/// Confirms that the changes are stored, with the day's sums of the keys asked for.
struct changes_recorded {
  std::vector<domain::key_rows> sums;
};

/// Stores a login on the page.
struct open_session {
  domain::session opened;
  std::chrono::seconds lifetime{};
};

/// Asks for the key that a login stands for.
struct find_session {
  domain::sha256_digest id{};
};

/// Shows the login that was asked for.
struct session_found {
  domain::session found;
};

/// Ends a login.
struct end_session {
  domain::sha256_digest id{};
};

/// The ACCESS actor interface. Owns a database connection of its own, so that the audit
/// holds up no debt; blocks on it. All answer `database_unavailable` while PostgreSQL is
/// away.
using access_actor = caf::typed_actor<caf::replies_to<record_changes>::with<changes_recorded>,
                                      caf::replies_to<open_session>::with<recorded>,
                                      // Answers `not_found` for one that has ended.
                                      caf::replies_to<find_session>::with<session_found>,
                                      caf::replies_to<end_session>::with<recorded>>;

} // namespace bankslip::actors
