#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/support/fake_world.hpp"

namespace bankslip::sim {

/// A broken promise.
struct violation {
  std::string what;
};

/// Keeps what a client was told about its upload.
struct upload_claim {
  std::int64_t upload_id = 0;
  /// 201.
  bool accepted = false;
  std::int64_t accepted_rows = 0;
  /// debt_id of each row that must be accepted, by row.
  std::map<std::int64_t, std::string> rows;
};

/// Knows what was promised and sees what happens.
class oracle final : public fake::observer {
public:
  explicit oracle(fake::world& w) : world_{w} {}

  void row_changed(const domain::stored_debt* before, const domain::stored_debt& after) override {
    noting([&] { check_change(before, after); });
  }
  void mail_effective(const domain::email_job& job) override {
    noting([&] { check_mail(job); });
  }
  void offset_committed(std::int32_t partition, std::int64_t next) override {
    noting([&] { check_commit(partition, next); });
  }
  void mail_offset_committed(std::int32_t partition, std::int64_t next) override {
    noting([&] { check_mail_commit(partition, next); });
  }
  void event_written(const domain::webhook_event& event) override {
    noting([&] { check_event(event); });
  }

  /// The client has its 201: every row lies on the broker.
  void upload_accepted(const upload_claim& claim) {
    noting([&] { check_accepted(claim); });
  }
  /// The client knows that the debt is stored.
  void debt_created(const std::string& debt_id);

  /// The first promise that was broken.
  const std::optional<violation>& broken() const noexcept { return broken_; }

  /// Everything has come to an end: nothing moves any more by itself.
  bool quiet() const;
  /// Why not, for people.
  std::string unrest() const;
  /// To be called when all is quiet. Throws `violation`.
  void check_end() const;

private:
  // Actors catch what is thrown in them: noted, to be seen after the step.
  template <class F>
  void noting(F check) {
    try {
      check();
    } catch (violation& v) {
      if (!broken_)
        broken_ = std::move(v);
    }
  }
  void check_change(const domain::stored_debt* before, const domain::stored_debt& after);
  void check_mail(const domain::email_job& job) const;
  void check_commit(std::int32_t partition, std::int64_t next) const;
  void check_mail_commit(std::int32_t partition, std::int64_t next) const;
  void check_event(const domain::webhook_event& event);
  void check_accepted(const upload_claim& claim);
  bool readable(const fake::broker_record& r) const;
  void check_upload(std::int64_t id) const;
  /// Whether a record with this key lies above what the group has committed, above `next`
  /// in `partition`.
  bool comes_again(const std::string& key, const std::vector<std::int64_t>& committed,
                   std::int32_t partition, std::int64_t next) const;
  /// Whether the e-mails of the row's upload are stopped.
  bool is_stopped(const domain::stored_debt& row) const;
  /// Whether the debt is at its end, or held, or an outbox entry moves it.
  bool needs_no_record(const std::string& key) const;
  /// Whether the record needs nothing more than what the database has.
  bool settled(std::int32_t partition, std::int64_t next, const fake::broker_record& r) const;

  fake::world& world_;
  std::optional<violation> broken_;
  std::map<std::string, int> resends_;
  std::set<std::string> told_sent_;
  std::set<std::string> corrected_;
  /// Facts that came true and are to be told, and those that were: "bankslip.failed d1/2".
  std::set<std::string> facts_, told_;
  std::vector<upload_claim> claims_;
};

} // namespace bankslip::sim
