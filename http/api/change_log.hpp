#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "domain/access_store.hpp"
#include "http/api/front_client.hpp"
#include "http/api/key_ring.hpp"

namespace bankslip::http {

/// Writes the audit, and what the keys brought in, behind the requests: a thread takes what
/// has gathered to FRONT once a second. A process that is killed loses that second; while
/// the database is away up to `most_waiting` entries wait. Thread-safe.
class change_log {
public:
  static constexpr std::chrono::milliseconds period{1'000};
  static constexpr std::size_t most_waiting = 10'000;
  /// So many of these may be refused requests.
  static constexpr std::size_t most_refused_waiting = most_waiting / 2;
  /// Senders of refused requests that stand by their address in one period; the others are
  /// one entry.
  static constexpr std::size_t most_refused = 100;

  explicit change_log(front_client front);
  /// Writes what is left.
  ~change_log();
  change_log(const change_log&) = delete;
  change_log& operator=(const change_log&) = delete;

  /// Entries with `merged` set that are the same but for time and request id become one:
  /// who may not change anything shall not fill a table.
  void add(domain::audit_entry entry, bool merged);

  /// Counts rows that came in by a key today; also with 0, to learn what other processes
  /// counted.
  void add_rows(const key_ring::entry_ptr& key, std::int64_t rows);

  /// Asks for the day's sum of a key that nobody has told yet. Waits for the answer; while
  /// another thread asks, a second at most, and goes on without it then.
  void learn_rows(const key_ring::entry_ptr& key);

  /// Writes what has gathered and returns. Whatever is added later waits for the next time.
  void flush();

private:
  void run();
  /// Call it with `flushing_` locked.
  void write();

  front_client front_;
  /// One flush at a time.
  std::timed_mutex flushing_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::vector<domain::audit_entry> entries_;
  /// Entries that FRONT has and that come back where it fails.
  std::size_t under_way_ = 0;
  /// Places in `entries_` of those that others are merged into.
  std::map<std::string, std::size_t> refused_;
  /// Keys that brought rows in, by name.
  std::map<std::string, std::shared_ptr<key_limits>> counted_;
  std::thread writer_;
};

} // namespace bankslip::http
