#include <algorithm>
#include <chrono>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "persistence/impl/bankslips.hpp"
#include "persistence/impl/debt_lists.hpp"
#include "persistence/impl/debt_store_connection.hpp"
#include "persistence/impl/idempotency_keys.hpp"
#include "persistence/impl/outbox.hpp"
#include "persistence/impl/text.hpp"
#include "persistence/impl/text_rows.hpp"
#include "persistence/impl/upload_mail.hpp"
#include "persistence/impl/uploads.hpp"
#include "persistence/persistence.hpp"

namespace bankslip::persistence {

namespace {

using domain::debt_status;
using domain::errc;

/// Longest wait for a lock of others when several debts are stored at once.
constexpr std::chrono::milliseconds group_patience{100};

/// The columns of a row that is answered whole. The id of its outbox entry may stand
/// behind them.
constexpr int outbox_column = std::tuple_size_v<decltype(all_columns)>;
const std::string& debt_names() {
  static const std::string names = names_of(all_columns);
  return names;
}

/// A value of a debt's content as a parameter in text form.
const std::string& as_text(const std::string& v) { return v; }
std::string as_text(domain::money v) { return domain::format_decimal(v); }
std::string as_text(domain::date v) { return domain::format_date(v); }

template <class T>
std::string array_of(std::span<const domain::debt> debts, const content_column<T>& column) {
  return array_literal(debts, [&](const auto& d) { return as_text(d.*column.field); });
}

/// $1 to $6 are the values by column, $7 the outbox entries to remove, $8 the limit of
/// waits for locks. Keys are taken in order, so that two calls do not wait for
/// each other.
const statement& create_statement() {
  static const statement prepared{
      "create_debts",
      "with wanted as (select u.* from (select set_config('lock_timeout', $8::text, true)) as "
      "limited, unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::numeric[], "
      "$6::date[]) with ordinality as u ("
          + names_of(content_columns)
          + ", n) order by debt_id collate \"C\", n), won as (insert into bankslips ("
          + names_of(content_columns) + ") select " + names_of(content_columns)
          + " from wanted on conflict (debt_id) do nothing returning *), entry as ("
          + insert_process_entry
          + "won returning id, key), "
            "done as (delete from outbox where id = any($7::bigint[])) select "
          + debt_names() + ", id from won join entry on key collate \"C\" = debt_id",
      wire_form::text};
  return prepared;
}

/// Rows that begin with `debt_id`; the ids are those of `rows`.
std::unordered_map<std::string_view, text_row> by_id(const text_result& rows) {
  std::unordered_map<std::string_view, text_row> out;
  for (const auto& row : rows)
    out.emplace(row[0].c_str(), row);
  return out;
}

class postgres_debt_store final : public domain::debt_store {
public:
  explicit postgres_debt_store(const postgres_options& options)
      : connection_{options}, topic_{options.topic}, events_{options.events},
        lock_timeout_{options.lock_timeout} {}

  caf::expected<std::vector<domain::created_debt>>
  create(std::span<const domain::debt> debts, std::span<const std::int64_t> published) override;
  caf::expected<std::vector<std::optional<domain::stored_debt>>>
  find(std::span<const std::string> ids) override;
  caf::expected<domain::revived_debt> retry(std::string_view debt_id,
                                            std::optional<std::string> email) override {
    return move("retry a debt", debt_id, debt_status::failed, false, email.value_or(""));
  }
  caf::expected<domain::revived_debt> resolve(std::string_view debt_id,
                                              domain::person_decision decision) override {
    return move("resolve a debt", debt_id, debt_status::in_doubt,
                decision == domain::person_decision::sent, "");
  }

  caf::expected<domain::debt_page> list_debts(const domain::debt_filter& filter, int limit,
                                              const domain::list_position& after) override {
    return persistence::list_debts(connection_, filter, limit, after);
  }
  caf::expected<domain::retried_page> retry_upload(std::int64_t id, int limit,
                                                   const domain::list_position& after) override {
    return persistence::retry_upload(connection_, id, limit, after);
  }

  caf::expected<domain::key_claim> claim_key(const domain::idempotency_name& name,
                                             std::int64_t token,
                                             std::chrono::milliseconds lease) override {
    return persistence::claim_key(connection_, name, token, lease);
  }
  caf::error settle_key(const domain::idempotency_name& name, std::int64_t token,
                        const std::optional<domain::kept_answer>& answer) override {
    return persistence::settle_key(connection_, name, token, answer);
  }

  caf::expected<std::int64_t> open_upload(std::chrono::milliseconds lease) override {
    return persistence::open_upload(connection_, topic_, lease);
  }
  caf::error renew_uploads(std::span<const domain::upload_so_far> uploads,
                           std::chrono::milliseconds lease) override {
    return persistence::renew_uploads(connection_, uploads, lease);
  }
  caf::error finish_upload(std::int64_t id, const domain::upload_totals& totals) override {
    return end_upload(connection_, id, domain::upload_state::processing, totals, events_);
  }
  caf::error abort_upload(std::int64_t id, const domain::upload_totals& totals) override {
    return end_upload(connection_, id, domain::upload_state::aborted, totals, events_);
  }
  caf::error expire_leases() override {
    auto error = persistence::expire_leases(connection_, events_);
    return error ? error : expire_keys(connection_);
  }
  caf::error record_problems(std::int64_t upload_id, const domain::file_form& form,
                             std::span<const domain::row_problem> rows) override {
    return persistence::record_problems(connection_, upload_id, form, rows);
  }
  caf::expected<std::vector<domain::upload_record>> list_uploads(int limit,
                                                                 std::int64_t after) override {
    return persistence::list_uploads(connection_, limit, after);
  }
  caf::expected<domain::upload_record> find_upload(std::int64_t id) override {
    return persistence::find_upload(connection_, id);
  }
  caf::expected<std::vector<domain::upload_record>> find_uploads(std::span<const std::int64_t> ids,
                                                                 int newest) override {
    return persistence::find_uploads(connection_, ids, newest);
  }
  caf::expected<std::vector<domain::row_problem>>
  upload_problems(std::int64_t id, std::int64_t after_row, int limit) override {
    return persistence::upload_problems(connection_, id, after_row, limit);
  }

  caf::expected<domain::upload_record> set_mail(std::int64_t id,
                                                domain::mail_action action) override {
    return persistence::set_mail(connection_, id, action, events_);
  }
  caf::error release_held(int limit) override {
    return persistence::release_held(connection_, limit);
  }
  caf::expected<domain::mail_outlook> tell_mail_speed(std::int64_t process,
                                                      const domain::mail_speed& speed) override {
    return persistence::tell_mail_speed(connection_, topic_, process, speed);
  }

  caf::expected<domain::replication_state> replication() override;
  caf::expected<std::vector<domain::outbox_entry>>
  claim_outbox(int limit, std::chrono::milliseconds claim) override {
    return persistence::claim_outbox(connection_, limit, claim);
  }
  caf::error finish_outbox(std::span<const std::int64_t> ids) override {
    return persistence::finish_outbox(connection_, ids);
  }

private:
  caf::expected<domain::revived_debt> move(std::string_view what, std::string_view debt_id,
                                           debt_status before, bool mailed,
                                           const std::string& email);

  debt_store_connection connection_;
  std::string topic_;
  domain::event_set events_;
  std::chrono::milliseconds lock_timeout_;
};

caf::expected<std::vector<domain::created_debt>>
postgres_debt_store::create(std::span<const domain::debt> debts,
                            std::span<const std::int64_t> published) {
  const auto patience = debts.size() > 1 ? std::min(lock_timeout_, group_patience) : lock_timeout_;
  auto won = std::apply(
      [&](const auto&... columns) {
        return connection_.statement("store debts", create_statement(), array_of(debts, columns)...,
                                     array_literal(published), patience);
      },
      content_columns);
  if (!won)
    return won.error();
  auto rows = by_id(*won);
  std::vector<domain::created_debt> out(debts.size());
  std::vector<std::string> known;
  for (std::size_t i = 0; i < debts.size(); ++i)
    if (auto row = rows.extract(debts[i].debt_id))
      out[i] = {read_row(row.mapped()), true, row.mapped()[outbox_column].as<std::int64_t>()};
    else
      known.push_back(debts[i].debt_id);
  if (known.empty())
    return out;
  auto stored = find(known);
  if (!stored)
    return stored.error();
  auto next = stored->begin();
  for (auto& d : out)
    if (d.created)
      continue;
    else if (auto row = std::move(*next++))
      d.stored = std::move(*row);
    else
      return domain::make_error(errc::transaction_conflict, "a debt was removed while it was read");
  return out;
}

caf::expected<std::vector<std::optional<domain::stored_debt>>>
postgres_debt_store::find(std::span<const std::string> ids) {
  static const statement prepared{
      "find_debts", "select " + debt_names() + " from bankslips where debt_id = any($1::text[])",
      wire_form::text};
  auto found = connection_.statement("find debts", prepared, array_literal(ids));
  if (!found)
    return found.error();
  const auto rows = by_id(*found);
  std::vector<std::optional<domain::stored_debt>> out(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (auto row = rows.find(ids[i]); row != rows.end())
      out[i] = read_row(row->second);
  return out;
}

/// Moves a debt out of `before`, and its row out of the upload's counter of that.
caf::expected<domain::revived_debt> postgres_debt_store::move(std::string_view what,
                                                              std::string_view debt_id,
                                                              debt_status before, bool mailed,
                                                              const std::string& email) {
  const std::string counter{to_string(before)};
  auto tells = mailed && events_.contains(domain::event_kind::bankslip_emailed);
  auto text = "with moved as (update bankslips b set status = null, failure = null, "
              "updated_on = now(), "
              + std::string{mailed ? "propagated = true"
                                   : "attempt = attempt + 1, put_offs = 0, mail_tried_at = null, "
                                     "email = coalesce(nullif($2::text, ''), email)"}
              + " where debt_id = $1::text and status = '" + counter
              + "' and not propagated returning b.*, b as row_now), "
              + (tells ? "told as (insert into webhook_events (type, facts) "
                         "select 'bankslip.emailed', debt_facts(row_now) from moved), "
                       : "")
              + "counted as (insert into upload_progress as p (upload_id, partition, " + counter
              + ", emailed, updated_at) select upload_id, -1, -1, propagated::int, "
                "clock_timestamp() from moved where upload_id <> 0 "
                "on conflict (upload_id, partition) do update set "
              + counter + " = p." + counter + " + excluded." + counter
              + ", emailed = p.emailed + excluded.emailed, updated_at = excluded.updated_at), "
                "entry as ("
              + insert_process_entry + "moved where not propagated returning id) select "
              + debt_names() + ", coalesce((select id from entry), 0), $2::text from moved";
  auto r = connection_.statement(what, text, clean_text(debt_id), email);
  if (!r)
    return r.error();
  if (!r->empty())
    return domain::revived_debt{read_row((*r)[0]), (*r)[0][outbox_column].as<std::int64_t>()};
  const std::string id{debt_id};
  auto found = find({&id, 1});
  if (!found)
    return found.error();
  const auto& d = found->front();
  if (!d)
    return domain::make_error(errc::not_found, "no debt " + id);
  return domain::make_error(errc::wrong_state, "debt " + id + " is "
                                                   + std::string{to_string(d->status)} + ", not "
                                                   + counter);
}

caf::expected<domain::replication_state> postgres_debt_store::replication() {
  auto r = connection_.statement("ask how the database replicates",
                                 "select trim(current_setting('synchronous_standby_names')), "
                                 "current_setting('synchronous_commit')");
  if (!r)
    return r.error();
  return domain::replication_state{(*r)[0][0].c_str(), (*r)[0][1].c_str()};
}

} // namespace

std::unique_ptr<domain::debt_store> make_debt_store(const postgres_options& options) {
  return std::make_unique<postgres_debt_store>(options);
}

} // namespace bankslip::persistence
