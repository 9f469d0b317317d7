#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/atom.hpp>

#include "actors/protocol.hpp"

/// FRONT, FINDER and PARSER as the HTTP side sees them, steered by a test.
namespace bankslip::http::fakes {

using release_atom = caf::atom_constant<caf::atom("release")>;
using fake_parser_actor = actors::parser_actor::extend<caf::reacts_to<release_atom>>;

/// Says what the actors do, and notes what they were asked. Shared with the test's thread.
class world {
public:
  /// Runs `change` under the lock, then wakes who waits.
  template <class F>
  auto with(F change) {
    const std::lock_guard guard{mutex_};
    struct wake {
      std::condition_variable& c;
      ~wake() { c.notify_all(); }
    } wake{changed_};
    return change(*this);
  }

  /// Waits until `holds`, for at most ten seconds.
  template <class F>
  bool eventually(F holds) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return holds(*this); });
  }

  // Orders
  caf::error open_error;
  caf::error block_error;
  caf::error finish_error;
  caf::error front_error;
  bool mute = false;
  /// Changes are taken and not answered.
  bool hold_changes = false;
  bool withhold = false;
  actors::upload_report report;
  std::map<std::string, domain::stored_debt> debts;
  std::vector<domain::upload_record> uploads;
  std::vector<domain::row_problem> problems;
  std::vector<domain::webhook_delivery> deliveries;
  domain::webhook_answer test_answer;
  /// Pages of a list, and of a retried upload, by the row where the one before ended.
  std::map<std::int64_t, domain::debt_page> pages;
  std::map<std::int64_t, domain::retried_page> retries;
  /// Whether another request has the key.
  bool key_is_taken = false;

  std::map<std::string, std::int64_t> rows_of_keys;

  // What happened
  int changes_asked = 0;
  std::vector<domain::audit_entry> audit;
  std::map<domain::sha256_digest, domain::sha256_digest> sessions;
  std::string received;
  std::size_t blocks = 0;
  int opened = 0;
  domain::text_encoding encoding{};
  std::string trace;
  int finished = 0;
  int looked = 0;
  int watched = 0;
  std::vector<std::string> aborts;
  std::optional<actors::create_debt> created;
  std::optional<actors::retry_debt> retried;
  std::optional<actors::resolve_debt> resolved;
  std::optional<actors::list_uploads> listed;
  std::optional<actors::stop_mails> stopped;
  std::optional<domain::delivery_page> deliveries_asked;
  std::vector<actors::list_debts> debt_lists;
  bool list_takes_too_long = false;
  /// Answers by client and key; those without one are held.
  std::map<domain::idempotency_name, std::optional<domain::kept_answer>> keys;
  int claims = 0;
  fake_parser_actor parser;

private:
  std::mutex mutex_;
  std::condition_variable changed_;
};
using world_ptr = std::shared_ptr<world>;

/// Spawns one FRONT of that world; it spawns a PARSER for each upload.
actors::front_actor spawn_front(caf::actor_system& system, const world_ptr& w);
actors::finder_actor spawn_finder(caf::actor_system& system, const world_ptr& w);

/// Answers `not_found`, as both actors do.
caf::error missing();

} // namespace bankslip::http::fakes
