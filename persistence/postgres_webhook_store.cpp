#include <map>
#include <tuple>
#include <utility>

#include "persistence/impl/bankslips.hpp"
#include "persistence/impl/debt_store_connection.hpp"
#include "persistence/impl/text.hpp"
#include "persistence/impl/text_rows.hpp"
#include "persistence/impl/uploads.hpp"
#include "persistence/persistence.hpp"

namespace bankslip::persistence {

namespace {

/// Selects the facts of events as rows of a table or view, each followed by the event's id.
std::string select_facts(const std::string& columns, const std::string& table) {
  return "select " + columns
         + ", event_id from (select e.id as event_id, "
           "(jsonb_populate_record(null::"
         + table
         + ", e.facts)).* from webhook_events e "
           "where e.id = any($1::bigint[])) as f";
}

class postgres_webhook_store final : public domain::webhook_store {
public:
  postgres_webhook_store(const postgres_options& options, std::string endpoint)
      : connection_{options}, endpoint_{std::move(endpoint)} {}

  caf::expected<std::vector<domain::webhook_event>> claim(int limit,
                                                          std::chrono::milliseconds claim) override;
  caf::error finish(const domain::webhook_answer& answer,
                    const domain::webhook_verdict& verdict) override;
  caf::error stop() override {
    return connection_.execute("stop webhooks",
                               "insert into webhook_stops (endpoint) values (md5($1::text)) "
                               "on conflict do nothing",
                               endpoint_);
  }
  caf::error resume() override {
    return connection_.execute(
        "resume webhooks", "delete from webhook_stops where endpoint = md5($1::text)", endpoint_);
  }
  caf::expected<std::vector<domain::webhook_delivery>>
  list(const domain::delivery_page& page) override;
  caf::error resend(std::int64_t id) override;
  caf::expected<domain::webhook_backlog> backlog() override;

private:
  using events_by_id = std::map<std::int64_t, domain::webhook_event*>;
  caf::error add_facts(const events_by_id& events);

  debt_store_connection connection_;
  std::string endpoint_;
};

caf::expected<std::vector<domain::webhook_event>>
postgres_webhook_store::claim(int limit, std::chrono::milliseconds claim) {
  auto r = connection_.statement(
      "claim webhooks",
      "with due as (select id from webhook_events where state = 'pending' "
      "and due_at <= now() "
      "and not exists (select from webhook_stops where endpoint = md5($3::text)) "
      "order by due_at limit $1::int for update skip locked), "
      "claimed as (update webhook_events e set due_at = clock_timestamp() "
      "+ $2::bigint * interval '1 millisecond' from due where e.id = due.id "
      "returning e.id, replace(e.message_id::text, '-', ''), e.type, e.created_at, e.tries) "
      "select * from claimed order by id",
      limit, claim, endpoint_);
  if (!r)
    return r.error();
  std::vector<domain::webhook_event> out(static_cast<std::size_t>(r->size()));
  events_by_id by_id;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto row = (*r)[static_cast<int>(i)];
    auto& e = out[i];
    e.id = row[0].as<std::int64_t>();
    e.message_id = "evt_" + std::string{row[1].c_str()};
    e.type = row[2].c_str();
    e.at = parse_timestamp(row[3].c_str());
    e.tries = row[4].as<int>();
    by_id.emplace(e.id, &e);
  }
  if (auto error = add_facts(by_id))
    return error;
  return out;
}

caf::error postgres_webhook_store::add_facts(const events_by_id& events) {
  static const std::string debts = select_facts(names_of(all_columns), "bankslips");
  static const std::string uploads = select_facts(names_of(upload_columns), "upload_states");
  std::vector<std::int64_t> of_debts, of_uploads;
  for (const auto& [id, event] : events)
    (event->type.starts_with("upload.") ? of_uploads : of_debts).push_back(id);
  auto add = [&](const std::vector<std::int64_t>& ids, const std::string& text, int id_column,
                 auto read) -> caf::error {
    if (ids.empty())
      return {};
    auto r = connection_.statement("read webhooks", text, array_literal(ids));
    if (!r)
      return r.error();
    for (const auto& row : *r)
      events.at(row[id_column].as<std::int64_t>())->facts = read(row);
    return {};
  };
  constexpr int debt_column_count = std::tuple_size_v<decltype(all_columns)>;
  if (auto error = add(of_debts, debts, debt_column_count,
                       [](const text_row& row) { return read_row(row); }))
    return error;
  return add(of_uploads, uploads, upload_column_count, read_upload);
}

caf::error postgres_webhook_store::finish(const domain::webhook_answer& answer,
                                          const domain::webhook_verdict& verdict) {
  return connection_.execute(
      "store a webhook's try",
      "with moved as (update webhook_events set "
      "state = case when state = 'pending' then $5::text else state end, "
      "tries = tries + $6::int, "
      "due_at = clock_timestamp() + $7::bigint * interval '1 millisecond' "
      "where id = $1::bigint returning id) "
      "insert into webhook_tries (event_id, number, began_at, took_ms, status, error) "
      "select id, coalesce((select max(number) from webhook_tries where event_id = $1::bigint), 0) "
      "+ 1, clock_timestamp() - $2::bigint * interval '1 millisecond', $2::bigint, "
      "nullif($3::int, 0), nullif($4::text, '') from moved",
      answer.event_id, answer.took, answer.status, clean_text(answer.error),
      to_string(verdict.state), verdict.endpoint_gone ? 0 : 1, verdict.wait);
}

caf::expected<std::vector<domain::webhook_delivery>>
postgres_webhook_store::list(const domain::delivery_page& page) {
  // A statement for each, so that each is served by its own index.
  static const std::string head =
      "select id, 'evt_' || replace(message_id::text, '-', ''), type, created_at, state, "
      "case when state = 'pending' then due_at end from webhook_events "
      "where ($2::bigint = 0 or id < $2::bigint)";
  static const std::string all = head + " and $3::text = '' order by id desc limit $1::int";
  static const std::string of_state = head + " and state = $3::text order by id desc limit $1::int";
  auto r = connection_.statement("list webhooks", page.state ? of_state : all, page.limit,
                                 page.after, page.state ? to_string(*page.state) : "");
  if (!r)
    return r.error();
  std::vector<domain::webhook_delivery> out(static_cast<std::size_t>(r->size()));
  std::map<std::int64_t, domain::webhook_delivery*> by_id;
  std::vector<std::int64_t> ids;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto row = (*r)[static_cast<int>(i)];
    auto& d = out[i];
    d.id = row[0].as<std::int64_t>();
    d.message_id = row[1].c_str();
    d.type = row[2].c_str();
    d.at = parse_timestamp(row[3].c_str());
    d.state = domain::delivery_state_of(row[4].c_str()).value_or(domain::delivery_state::pending);
    if (!row[5].is_null())
      d.next_try = parse_timestamp(row[5].c_str());
    by_id.emplace(d.id, &d);
    ids.push_back(d.id);
  }
  if (ids.empty())
    return out;
  r = connection_.statement("read webhooks' tries",
                            "select event_id, began_at, took_ms, coalesce(status, 0), "
                            "coalesce(error, '') from webhook_tries "
                            "where event_id = any($1::bigint[]) order by event_id, number",
                            array_literal(ids));
  if (!r)
    return r.error();
  for (const auto& row : *r)
    by_id.at(row[0].as<std::int64_t>())
        ->tries.push_back({parse_timestamp(row[1].c_str()), row[3].as<int>(),
                           std::chrono::milliseconds{row[2].as<std::int64_t>()}, row[4].c_str()});
  return out;
}

caf::error postgres_webhook_store::resend(std::int64_t id) {
  auto r = connection_.statement(
      "resend a webhook",
      "with again as (update webhook_events set state = 'pending', tries = 0, "
      "due_at = clock_timestamp() where id = $1::bigint returning id), "
      "resumed as (delete from webhook_stops where endpoint = md5($2::text) "
      "and exists (select from again)) select id from again",
      id, endpoint_);
  if (!r)
    return r.error();
  if (r->empty())
    return domain::make_error(domain::errc::not_found, "no delivery " + std::to_string(id));
  return {};
}

caf::expected<domain::webhook_backlog> postgres_webhook_store::backlog() {
  auto r = connection_.statement(
      "count webhooks",
      "with waiting as (select created_at from webhook_events where state = 'pending' "
      "order by due_at limit 10000) "
      "select count(*), coalesce(extract(epoch from clock_timestamp() - min(created_at)) * 1000, "
      "0)::bigint, exists (select from webhook_stops where endpoint = md5($1::text)) from waiting",
      endpoint_);
  if (!r)
    return r.error();
  const auto row = (*r)[0];
  return domain::webhook_backlog{row[0].as<std::int64_t>(),
                                 std::chrono::milliseconds{row[1].as<std::int64_t>()},
                                 row[2].as<bool>()};
}

} // namespace

std::unique_ptr<domain::webhook_store> make_webhook_store(const postgres_options& options,
                                                          std::string endpoint) {
  return std::make_unique<postgres_webhook_store>(options, std::move(endpoint));
}

} // namespace bankslip::persistence
