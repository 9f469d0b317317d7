#pragma once

#include <limits>
#include <map>
#include <optional>
#include <set>

#include "tests/support/fake_base.hpp"

namespace bankslip::fake {

class session;

struct upload_row {
  d::upload_state state = d::upload_state::receiving;
  d::upload_totals totals;
  d::file_form form;
  d::utc_time created_at{};
  std::optional<d::utc_time> received_at;
  std::optional<d::utc_time> done_at;
  d::utc_time lease_until{};
  std::string topic;
  d::mail_stop mail = d::mail_stop::none;
  /// When it was last stopped.
  d::utc_time stopped_at{};
  std::optional<d::utc_time> generated_at;
};

struct progress_row {
  d::upload_progress sums;
  d::utc_time updated_at{};
};

/// The least number of a lane that counts: those of the mail stage are below zero.
constexpr std::int32_t first_lane = std::numeric_limits<std::int32_t>::min();

struct outbox_row {
  d::outbox_entry entry;
  d::utc_time due{};
  /// When it fell due for the first time, once it was claimed.
  std::optional<d::utc_time> first_due{};
};

struct event_row {
  d::webhook_event event;
  d::delivery_state state = d::delivery_state::pending;
  d::utc_time due{};
  std::vector<d::webhook_try> tries;
};

/// How the ends of uploads are kept apart; all but `whole` are planted bugs.
enum class end_locking {
  whole,
  /// Nobody waits for anybody.
  none,
  /// Who is far from the end does not share the lock.
  alone_only,
  /// The mark of being done is not looked at.
  unmarked,
};

struct key_row {
  std::int64_t token = 0;
  d::utc_time lease_until{};
  d::utc_time expires_at{};
  std::optional<d::kept_answer> answer;
};

/// The tables as committed, who holds which key, and who is connected.
class database {
public:
  explicit database(base& world) : world_{world} {}

  using row_table = std::map<std::string, d::stored_debt, std::less<>>;
  row_table rows;
  std::map<std::int64_t, d::intent> intents;
  /// Intents among these; their ranges are settled.
  std::set<std::int64_t> superseded;
  /// By intent: the offsets of its range below this were settled since by others.
  std::map<std::int64_t, std::int64_t> covered_to;
  std::map<std::int64_t, outbox_row> outbox;
  std::map<std::int64_t, upload_row> uploads;
  std::map<std::pair<std::int64_t, std::int32_t>, progress_row> progress;
  std::map<std::pair<std::int64_t, std::int64_t>, d::row_problem> problems;
  std::map<std::int64_t, event_row> events;
  /// When the row at the head of a lane of the mail stage was stored.
  std::map<std::int32_t, d::utc_time> lane_heads;
  bool endpoint_stopped = false;
  std::map<d::idempotency_name, key_row> keys;
  /// Transactions that hold a key.
  std::map<std::string, session*, std::less<>> locks;
  /// Transactions that share a key.
  std::map<std::string, std::set<session*>, std::less<>> shares;
  std::set<session*> sessions;
  d::replication_state replication;
  /// Topic of the processes that use the stores.
  std::string topic = "debts";
  /// The stores write events of these.
  d::event_set tells;
  end_locking ends = end_locking::whole;
  /// No connection can be made.
  bool away = false;
  /// For planted bugs: transactions do not keep one another out.
  bool without_locks = false;

  std::chrono::milliseconds lock_timeout{2'000};
  /// Longest wait for a lock of others when several debts are stored at once.
  std::chrono::milliseconds group_patience{100};
  std::chrono::milliseconds idle_timeout{8'000};

  std::unique_ptr<d::settlement_store> settlement_store(process_ptr p);
  std::unique_ptr<d::debt_store> debt_store(process_ptr p);
  std::unique_ptr<d::webhook_store> webhook_store(process_ptr p);

  /// Whether all of an intent's range was settled since by others.
  bool is_covered(const d::intent& i) const {
    auto at = covered_to.find(i.id);
    return at != covered_to.end() && at->second > i.last_offset;
  }
  /// No intent is left but of settled ranges.
  bool nothing_is_open() const { return intents.size() == superseded.size(); }
  /// Whether a transaction holds the intent.
  bool is_held(std::int64_t intent) const { return locks.contains(intent_key(intent)); }
  static std::string intent_key(std::int64_t id) { return "\nintent " + std::to_string(id); }
  /// Whether a transaction holds the lock of the upload's end, or a share of it.
  bool is_ending(std::int64_t upload) const {
    return locks.contains(end_key(upload)) || shares.contains(end_key(upload));
  }
  static std::string end_key(std::int64_t upload) { return "\nend " + std::to_string(upload); }

  /// Rolls back and breaks the connections of a process.
  void drop(const process& p);
  /// Breaks connections whose transaction does nothing for too long.
  void expire_idle();

  base& world() noexcept { return world_; }
  d::utc_time now() const { return world_.time.utc_now(); }
  std::int64_t next_id() { return ++last_id_; }
  std::int64_t add_outbox(d::outbox_entry entry);
  /// Counters of an upload over all partitions.
  d::upload_progress sum(std::int64_t upload) const;
  d::upload_record read_upload(std::int64_t id) const;
  /// Rejected rows that are stored.
  std::int64_t rejected_of(std::int64_t upload) const;
  std::vector<d::row_problem> problems_of(std::int64_t upload, std::int64_t after_row) const;
  void add_problem(std::int64_t upload, const d::row_problem& p);
  /// As the store's function of that name.
  d::debt_page list_debts(const d::debt_filter& filter, int limit,
                          const d::list_position& after) const;
  d::key_claim claim_key(const d::idempotency_name& name, std::int64_t token,
                         std::chrono::milliseconds lease);
  /// Whether the caller held the key.
  bool settle_key(const d::idempotency_name& name, std::int64_t token,
                  const std::optional<d::kept_answer>& answer);
  void change(const d::stored_debt& row);
  void tell(d::event_kind what, const d::stored_debt& debt);
  void tell(d::event_kind what, const d::upload_record& upload);
  /// Uploads whose e-mails are stopped.
  std::vector<std::int64_t> stopped_uploads() const;
  /// As the store's function of that name; false where that is not possible.
  bool set_mail(std::int64_t upload, d::mail_action action);
  /// Marks the upload as done, once, if the ends of all its rows are committed; tells it.
  void mark_done(std::int64_t upload);

private:
  void add_event(d::webhook_event event);

  base& world_;
  std::int64_t last_id_ = 0;
};

/// A connection with its transaction.
class session {
public:
  session(database& db, process_ptr p);
  ~session();
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  /// Runs a statement: others first, then faults around `work`. `work` answers
  /// an error or nothing.
  caf::error run(const char* what, const std::function<caf::error()>& work);
  /// Waits for a key, no longer than `patience`, and keeps it until the end of the
  /// transaction.
  caf::error lock(const std::string& key, std::chrono::milliseconds patience);
  caf::error lock(const std::string& key) { return lock(key, db_.lock_timeout); }
  /// Waits for a key and keeps it, together with others that share it.
  caf::error share(const std::string& key);
  void give_back_share(const std::string& key);
  void begin();
  void rollback();
  /// The server's side of a broken connection.
  void cut() noexcept;

  bool in_transaction() const noexcept { return open_; }
  const process& owner() const noexcept { return *process_; }
  const process_ptr& owner_ptr() const noexcept { return process_; }
  database& db() noexcept { return db_; }
  /// Written by this transaction and not committed.
  database::row_table writes;

private:
  friend class database;
  caf::error broken(const char* what);
  bool waits_for_itself(const session* holder) const;
  caf::error await(const std::string& key, std::chrono::milliseconds patience,
                   const std::function<session*()>& holder);

  database& db_;
  process_ptr process_;
  bool open_ = false;
  bool cut_ = false;
  std::string waits_for_;
  d::utc_time last_seen_{};
  std::vector<std::string> held_;
  std::vector<std::string> shared_;
};

} // namespace bankslip::fake
