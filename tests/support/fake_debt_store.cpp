#include <algorithm>
#include <set>
#include <utility>

#include "domain/error.hpp"
#include "tests/support/fake_database.hpp"

namespace bankslip::fake {

namespace {

using d::debt_status;
using d::errc;
using d::make_error;
using d::upload_state;

caf::error no_debt(std::string_view id) {
  return make_error(errc::not_found, "no debt " + std::string{id});
}

class fake_debts final : public d::debt_store {
public:
  fake_debts(database& db, process_ptr p) : session_{db, std::move(p)}, db_{db} {}

  caf::expected<std::vector<d::created_debt>>
  create(std::span<const d::debt> debts, std::span<const std::int64_t> published) override {
    std::set<std::string> keys;
    for (const auto& debt : debts)
      keys.insert(debt.debt_id);
    std::vector<d::created_debt> out;
    auto err = alone("create", [&]() -> caf::error {
      for (const auto& key : keys)
        if (auto err = session_.lock(key, debts.size() > 1 ? db_.group_patience : db_.lock_timeout))
          return err;
      for (auto id : published)
        db_.outbox.erase(id);
      for (const auto& debt : debts)
        out.push_back(create_one(debt));
      return {};
    });
    if (err)
      return err;
    return out;
  }

  caf::expected<std::vector<std::optional<d::stored_debt>>>
  find(std::span<const std::string> ids) override {
    std::vector<std::optional<d::stored_debt>> out(ids.size());
    auto err = session_.run("find", [&] {
      for (std::size_t n = 0; n < ids.size(); ++n)
        if (auto i = db_.rows.find(ids[n]); i != db_.rows.end())
          out[n] = i->second;
      return caf::error{};
    });
    if (err)
      return err;
    return out;
  }

  caf::expected<d::revived_debt> retry(std::string_view debt_id,
                                       std::optional<std::string> email) override {
    return revive("retry", debt_id, debt_status::failed, std::move(email), false);
  }

  caf::expected<d::revived_debt> resolve(std::string_view debt_id,
                                         d::person_decision decision) override {
    return revive("resolve", debt_id, debt_status::in_doubt, {},
                  decision == d::person_decision::sent);
  }

  caf::expected<d::debt_page> list_debts(const d::debt_filter& filter, int limit,
                                         const d::list_position& after) override {
    d::debt_page out;
    auto err = session_.run("list_debts", [&] {
      out = db_.list_debts(filter, limit, after);
      return caf::error{};
    });
    if (err)
      return err;
    return out;
  }

  caf::expected<d::retried_page> retry_upload(std::int64_t id, int limit,
                                              const d::list_position& after) override {
    d::retried_page out;
    auto err = alone("retry_upload", [&]() -> caf::error {
      d::debt_filter failed;
      failed.upload_id = id;
      failed.status = debt_status::failed;
      auto page = db_.list_debts(failed, limit, after);
      for (auto& row : page.debts) {
        if (auto err = session_.lock(row.content.debt_id))
          return err;
        row = db_.rows.at(row.content.debt_id);
        if (row.status != debt_status::failed)
          continue;
        begin_anew(row, {});
        ++out.retried;
        out.next = {row.from.row, row.content.debt_id};
      }
      if (out.retried < limit)
        out.next.reset();
      return {};
    });
    if (err)
      return err;
    return out;
  }

  caf::expected<d::key_claim> claim_key(const d::idempotency_name& name, std::int64_t token,
                                        std::chrono::milliseconds lease) override {
    d::key_claim out;
    auto err = session_.run("claim_key", [&] {
      out = db_.claim_key(name, token, lease);
      return caf::error{};
    });
    if (err)
      return err;
    return out;
  }

  caf::error settle_key(const d::idempotency_name& name, std::int64_t token,
                        const std::optional<d::kept_answer>& answer) override {
    return session_.run("settle_key", [&] {
      return db_.settle_key(name, token, answer)
                 ? caf::error{}
                 : make_error(errc::wrong_state, "the idempotency key has another holder");
    });
  }

  caf::expected<std::int64_t> open_upload(std::chrono::milliseconds lease) override {
    std::int64_t id = 0;
    auto err = session_.run("open_upload", [&] {
      id = db_.next_id();
      auto& u = db_.uploads[id];
      u.created_at = db_.now();
      u.lease_until = db_.now() + lease;
      u.topic = db_.topic;
      return caf::error{};
    });
    if (err)
      return err;
    return id;
  }

  caf::error renew_uploads(std::span<const d::upload_so_far> uploads,
                           std::chrono::milliseconds lease) override {
    return session_.run("renew_uploads", [&] {
      for (const auto& u : uploads)
        if (auto i = db_.uploads.find(u.upload_id);
            i != db_.uploads.end() && i->second.state == upload_state::receiving) {
          i->second.lease_until = db_.now() + lease;
          i->second.totals = u.totals;
        }
      return caf::error{};
    });
  }

  caf::error finish_upload(std::int64_t id, const d::upload_totals& totals) override {
    return end_upload(id, totals, upload_state::processing);
  }
  caf::error abort_upload(std::int64_t id, const d::upload_totals& totals) override {
    return end_upload(id, totals, upload_state::aborted);
  }

  caf::expected<d::replication_state> replication() override { return db_.replication; }

  caf::error expire_leases() override {
    return session_.run("expire_leases", [&] {
      for (auto& [id, u] : db_.uploads)
        if (u.state == upload_state::receiving && u.lease_until < db_.now()) {
          u.state = upload_state::aborted;
          u.totals.rejected = db_.rejected_of(id);
          u.totals.failure = {"process_lost", "the server died, or lost the database"};
          db_.tell(d::event_kind::upload_aborted, db_.read_upload(id));
        }
      for (auto i = db_.events.begin();
           i != db_.events.end() && i->second.event.at < db_.now() - d::webhook_retention;)
        i = db_.events.erase(i);
      std::erase_if(db_.keys, [&](const auto& k) { return k.second.expires_at < db_.now(); });
      std::erase_if(db_.superseded, [&](std::int64_t id) {
        auto i = db_.intents.find(id);
        if (i == db_.intents.end() || i->second.lease_until > db_.now() - std::chrono::minutes{1}
            || db_.is_held(id))
          return false;
        if (!i->second.fingerprints.empty() && !db_.is_covered(i->second)
            && i->second.lease_until > db_.now() - std::chrono::hours{24})
          return false;
        db_.covered_to.erase(id);
        db_.intents.erase(i);
        return true;
      });
      return caf::error{};
    });
  }

  caf::error record_problems(std::int64_t upload_id, const d::file_form& form,
                             std::span<const d::row_problem> rows) override {
    return session_.run("record_problems", [&] {
      if (auto i = db_.uploads.find(upload_id); i != db_.uploads.end() && !form.header.empty())
        i->second.form = form;
      for (const auto& r : rows)
        db_.add_problem(upload_id, r);
      return caf::error{};
    });
  }

  caf::expected<std::vector<d::upload_record>> list_uploads(int limit,
                                                            std::int64_t after) override {
    std::vector<d::upload_record> out;
    auto err = session_.run("list_uploads", [&] {
      for (auto i = db_.uploads.rbegin(); i != db_.uploads.rend(); ++i)
        if ((after == 0 || i->first < after) && static_cast<int>(out.size()) < limit)
          out.push_back(db_.read_upload(i->first));
      return caf::error{};
    });
    if (err)
      return err;
    return out;
  }

  caf::expected<std::vector<d::upload_record>> find_uploads(std::span<const std::int64_t> ids,
                                                            int newest) override {
    std::vector<d::upload_record> out;
    auto err = session_.run("find_uploads", [&] {
      for (auto i = db_.uploads.rbegin(); i != db_.uploads.rend(); ++i)
        if (newest-- > 0 || std::ranges::count(ids, i->first) > 0)
          out.push_back(db_.read_upload(i->first));
      return caf::error{};
    });
    if (err)
      return err;
    return out;
  }

  caf::expected<d::upload_record> find_upload(std::int64_t id) override {
    std::optional<d::upload_record> out;
    auto err = session_.run("find_upload", [&]() -> caf::error {
      if (!db_.uploads.contains(id))
        return make_error(errc::not_found, "no upload " + std::to_string(id));
      out = db_.read_upload(id);
      return {};
    });
    if (err)
      return err;
    return *out;
  }

  caf::expected<std::vector<d::row_problem>>
  upload_problems(std::int64_t id, std::int64_t after_row, int limit) override {
    std::vector<d::row_problem> out;
    auto err = session_.run("upload_problems", [&] {
      out = db_.problems_of(id, after_row);
      return caf::error{};
    });
    if (err)
      return err;
    out.resize(std::min(out.size(), static_cast<std::size_t>(std::max(limit, 0))));
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < out.size(); ++i)
      if ((bytes += out[i].raw.size()) > 4 << 20 && i > 0)
        out.resize(i);
    return out;
  }

  caf::expected<d::upload_record> set_mail(std::int64_t id, d::mail_action action) override {
    std::optional<d::upload_record> out;
    auto err = alone("set_mail", [&]() -> caf::error {
      if (!db_.uploads.contains(id))
        return make_error(errc::not_found, "no upload " + std::to_string(id));
      if (auto err = session_.lock(database::end_key(id)))
        return err;
      if (!db_.set_mail(id, action))
        return make_error(errc::wrong_state, "its e-mails are cancelled");
      out = db_.read_upload(id);
      return {};
    });
    if (err)
      return err;
    return *out;
  }

  caf::error release_held(int limit) override {
    return session_.run("release_held", [&] {
      for (auto& [id, row] : db_.rows) {
        auto u = db_.uploads.find(row.from.upload_id);
        if (!row.held || u == db_.uploads.end() || u->second.mail != d::mail_stop::resumed
            || db_.locks.contains(id) || limit-- <= 0)
          continue;
        auto freed = row;
        freed.held = false;
        freed.failure.clear();
        db_.change(freed);
        --db_.progress[{row.from.upload_id, -1}].sums.held;
        add_process_entry(id, {});
      }
      return caf::error{};
    });
  }

  caf::expected<d::mail_outlook> tell_mail_speed(std::int64_t,
                                                 const d::mail_speed& speed) override {
    d::mail_outlook out;
    out.speed = speed;
    out.paced = true;
    return out;
  }

  caf::expected<std::vector<d::outbox_entry>>
  claim_outbox(int limit, std::chrono::milliseconds claim) override {
    std::vector<d::outbox_entry> out;
    auto err = session_.run("claim_outbox", [&] {
      for (auto& [id, row] : db_.outbox)
        if (row.due <= db_.now() && static_cast<int>(out.size()) < limit) {
          if (!row.first_due)
            row.first_due = row.due;
          row.due = db_.now() + claim;
          out.push_back(row.entry);
          out.back().waited =
              std::chrono::duration_cast<std::chrono::milliseconds>(db_.now() - *row.first_due);
        }
      return caf::error{};
    });
    if (err)
      return err;
    return out;
  }

  caf::error finish_outbox(std::span<const std::int64_t> ids) override {
    return session_.run("finish_outbox", [&] {
      for (auto id : ids)
        db_.outbox.erase(id);
      return caf::error{};
    });
  }

private:
  /// A statement that takes row locks and commits.
  caf::error alone(const char* what, const std::function<caf::error()>& work) {
    return session_.run(what, [&] {
      session_.begin();
      auto err = work();
      session_.rollback();
      return err;
    });
  }

  d::created_debt create_one(const d::debt& debt) {
    d::created_debt out;
    if (auto i = db_.rows.find(debt.debt_id); i != db_.rows.end()) {
      out.stored = i->second;
      return out;
    }
    out.stored.content = debt;
    out.stored.created_at = db_.now();
    out.created = true;
    db_.change(out.stored);
    out.outbox_id = add_process_entry(debt.debt_id, published_by_caller);
    return out;
  }

  static constexpr std::chrono::seconds published_by_caller{10};

  std::int64_t add_process_entry(std::string_view debt_id, std::chrono::milliseconds delay) {
    d::outbox_entry entry;
    entry.key = debt_id;
    entry.delay = delay;
    return db_.add_outbox(std::move(entry));
  }

  caf::expected<d::revived_debt> revive(const char* what, std::string_view debt_id,
                                        debt_status expected, std::optional<std::string> email,
                                        bool sent) {
    d::revived_debt out;
    auto err = alone(what, [&]() -> caf::error {
      if (!db_.rows.contains(debt_id))
        return no_debt(debt_id);
      if (auto err = session_.lock(std::string{debt_id}))
        return err;
      auto row = db_.rows.find(debt_id)->second;
      if (row.status != expected)
        return make_error(errc::wrong_state, "debt " + std::string{debt_id} + " is "
                                                 + std::string{to_string(row.status)});
      if (sent) {
        move_counters(row, sent);
        row.status = debt_status::emailed;
        row.failure.clear();
        row.updated_on = db_.now();
        db_.change(row);
        db_.tell(d::event_kind::bankslip_emailed, row);
      } else {
        row.content.email = email.value_or(row.content.email);
        out.outbox_id = begin_anew(row, published_by_caller);
      }
      out.stored = std::move(row);
      return {};
    });
    if (err)
      return err;
    return out;
  }

  /// The next attempt of a row that has come to an end; the id of its outbox entry.
  std::int64_t begin_anew(d::stored_debt& row, std::chrono::milliseconds delay) {
    move_counters(row, false);
    row.status = row.linha_digitavel.empty() ? debt_status::imported : debt_status::generated;
    ++row.attempt;
    row.put_offs = 0;
    row.mail_tried_at.reset();
    row.failure.clear();
    row.updated_on = db_.now();
    db_.change(row);
    return add_process_entry(row.content.debt_id, delay);
  }

  void move_counters(const d::stored_debt& row, bool sent) {
    if (!row.from)
      return;
    auto& p = db_.progress[{row.from.upload_id, -1}];
    --(row.status == debt_status::failed ? p.sums.failed : p.sums.in_doubt);
    p.sums.emailed += sent ? 1 : 0;
    p.updated_at = db_.now();
  }

  caf::error end_upload(std::int64_t id, const d::upload_totals& totals, upload_state state) {
    return alone("end_upload", [&]() -> caf::error {
      if (db_.ends != end_locking::none)
        if (auto err = session_.lock(database::end_key(id)))
          return err;
      auto i = db_.uploads.find(id);
      if (i == db_.uploads.end())
        return make_error(errc::not_found, "no upload " + std::to_string(id));
      auto& u = i->second;
      if (u.state != upload_state::receiving && u.state != state)
        return make_error(errc::wrong_state, "the upload is not receiving");
      auto was = std::exchange(u.state, state);
      u.totals = totals;
      if (state == upload_state::aborted)
        u.totals.rejected = std::max(totals.rejected, db_.rejected_of(id));
      if (!totals.form.header.empty())
        u.form = totals.form;
      if (state == upload_state::processing) {
        u.received_at = u.received_at ? u.received_at : db_.now();
        db_.mark_done(id);
      } else if (was == upload_state::receiving) {
        db_.tell(d::event_kind::upload_aborted, db_.read_upload(id));
      }
      return {};
    });
  }

  session session_;
  database& db_;
};

} // namespace

std::unique_ptr<d::debt_store> database::debt_store(process_ptr p) {
  return std::make_unique<fake_debts>(*this, std::move(p));
}

} // namespace bankslip::fake
