#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/impl/binary.hpp"
#include "persistence/impl/conninfo.hpp"
#include "persistence/impl/pq_handles.hpp"
#include "persistence/impl/standby.hpp"

namespace bankslip::persistence {

/// How parameters and results travel.
enum class wire_form : int { text, binary };

/// A statement's text. With a name it is prepared at its first use on each
/// connection, unless `postgres_options::prepared` is off.
struct statement {
  std::string name;
  std::string text;
  wire_form form = wire_form::binary;
};

/// One statement to run with its parameters.
struct step {
  const statement* what;
  binary_params params;
};

/// The bytes that a COPY … FROM STDIN reads.
class copy_source {
public:
  virtual ~copy_source() = default;
  /// The next bytes, valid until the next call; empty: there are no more.
  virtual std::string_view next() = 0;
};

/// A connection over libpq. Connects when it is needed, throws a broken connection
/// away. One thread, but for `interrupt`.
///
/// A commit counts once its synchronous standby has it. One whose wait is cancelled, which
/// the server tells by a warning only, fails with `database_unavailable`, and what it has
/// made visible is read again when a later commit was confirmed. One whose answer does not
/// come in `answer_timeout` fails in the same way, and the connection goes on waiting for
/// the answer: nothing else is done on it, and no other session sees what it wrote, until
/// the standby is back, or the server is gone or no longer the one that takes writes.
class pq_connection {
public:
  pq_connection(postgres_options options, session_kind kind);
  ~pq_connection();

  /// Connects unless a live connection is there. `database_unavailable`.
  caf::error ensure();

  /// Runs all steps in one round trip and answers one result for each. The first
  /// failure stops the rest and rolls an open transaction back. The error's text
  /// says that one "cannot `what`".
  caf::expected<std::vector<pq_result>> run(std::string_view what, std::span<const step> steps);
  caf::expected<pq_result> run(std::string_view what, const statement& s,
                               binary_params params = {});

  /// Runs the statement `copy`, a COPY … FROM STDIN, with all of `data`.
  caf::error copy_in(std::string_view what, const std::string& copy, copy_source& data);

  /// Waits until the synchronous standby has all that was committed so far.
  /// `database_unavailable` where that takes too long; no backend goes on waiting then.
  caf::error confirm_earlier_commits();

  /// `text` as a literal of SQL, for a connection that is there.
  std::string quote(std::string_view text) const;

  bool connected() const noexcept { return connection_ != nullptr; }
  bool in_transaction() const noexcept;
  /// Ends a transaction, if one is open, without its changes.
  void rollback() noexcept;
  /// Breaks a call in progress, which fails with `database_unavailable`. Any thread.
  void interrupt() noexcept;

private:
  struct sent_command {
    const statement* prepares;
    bool is_step;
  };

  bool send(std::span<const step> steps, std::vector<sent_command>& sent);
  caf::error receive(std::string_view what, std::span<const sent_command> sent,
                     std::vector<pq_result>& results);
  using deadline = std::chrono::steady_clock::time_point;
  /// False if the answer does not come in time; the call is `late_` from then on.
  bool await_answer(deadline until);
  caf::error await_late_answer();
  caf::error confirm_what_is_visible();
  caf::error write_something();
  static void take_notice(void* self, const PGresult* notice);
  bool is_stale() noexcept;
  void drop() noexcept;
  caf::error connect();
  caf::error fail(std::string_view what, const PGresult* result);

  postgres_options options_;
  session_kind kind_;
  pq_handle connection_;
  /// Begins each transaction where nothing is kept in the session.
  std::string transaction_settings_;
  std::set<const statement*> prepared_;
  /// Guards `socket_`: a closed descriptor's number may be anybody's.
  std::mutex socket_mutex_;
  int socket_ = -1;
  std::atomic<bool> interrupted_{false};
  /// A call was given up; its answer has not come yet.
  bool late_ = false;
  /// When to ask next who takes writes, where an answer is late.
  deadline ask_leader_at_{};
  /// The server has told that somebody ended the wait for the standby.
  bool wait_cancelled_ = false;
  commit_doubts doubts_;
};

} // namespace bankslip::persistence
