#include "persistence/impl/idempotency_keys.hpp"

#include <algorithm>
#include <string>

#include "persistence/impl/text.hpp"

namespace bankslip::persistence {

namespace {

using domain::key_claim;

key_claim read_claim(const text_row& row) {
  key_claim out;
  if (row[0].as<bool>())
    return out;
  if (row[1].is_null()) {
    out.held_by = key_claim::holder::another;
    out.lease_left =
        std::chrono::milliseconds{std::max<std::int64_t>(row[5].as<std::int64_t>(), 0)};
    return out;
  }
  out.held_by = key_claim::holder::answered;
  out.answer = {parse_hex(row[4].c_str()), row[1].as<int>(), row[2].c_str(),
                parse_hex(row[3].c_str())};
  return out;
}

} // namespace

caf::expected<key_claim> claim_key(debt_store_connection& c, const domain::idempotency_name& name,
                                   std::int64_t token, std::chrono::milliseconds lease) {
  // The unique key decides between two that come at once.
  auto r = c.statement(
      "claim an idempotency key",
      "with won as (insert into idempotency_keys as k "
      "(client, key, token, lease_until, expires_at) values ($1::text, $2::text, $3::bigint, "
      "clock_timestamp() + $4::bigint * interval '1 millisecond', "
      "clock_timestamp() + $5::bigint * interval '1 millisecond') "
      "on conflict (client, key) do update set token = excluded.token, "
      "lease_until = excluded.lease_until, expires_at = excluded.expires_at, "
      "request_digest = null, status = null, content_type = null, body = null "
      "where k.expires_at < clock_timestamp() or k.status is null "
      "and (k.token = excluded.token or k.lease_until < clock_timestamp()) returning true) "
      "select true, null::int, '', ''::bytea, ''::bytea, 0 from won union all "
      "select false, status, coalesce(content_type, ''), coalesce(body, ''), "
      "coalesce(request_digest, ''), "
      "(extract(epoch from lease_until - clock_timestamp()) * 1000)::bigint "
      "from idempotency_keys where client = $1::text and key = $2::text "
      "and not exists (select from won)",
      clean_text(name.client), clean_text(name.key), token, lease, domain::answers_kept);
  if (!r)
    return r.error();
  if (!r->empty())
    return read_claim((*r)[0]);
  // Somebody took it after this statement had begun.
  key_claim out;
  out.held_by = key_claim::holder::another;
  out.lease_left = lease;
  return out;
}

caf::error settle_key(debt_store_connection& c, const domain::idempotency_name& name,
                      std::int64_t token, const std::optional<domain::kept_answer>& answer) {
  const std::string mine = " where client = $1::text and key = $2::text and token = $3::bigint "
                           "and status is null returning true";
  const auto client = clean_text(name.client);
  const auto key = clean_text(name.key);
  auto r = !answer ? c.statement("free an idempotency key", "delete from idempotency_keys" + mine,
                                 client, key, token)
                   : c.statement("keep an answer",
                                 "update idempotency_keys set status = $4::int, "
                                 "content_type = $5::text, body = $6::bytea, "
                                 "request_digest = $7::bytea, expires_at = clock_timestamp() "
                                 "+ $8::bigint * interval '1 millisecond'"
                                     + mine,
                                 client, key, token, answer->status,
                                 clean_text(answer->content_type), hex_literal(answer->body),
                                 hex_literal(answer->request_digest), domain::answers_kept);
  if (!r)
    return r.error();
  if (r->empty())
    return domain::make_error(domain::errc::wrong_state, "the idempotency key has another holder");
  return {};
}

caf::error expire_keys(debt_store_connection& c) {
  return c.execute("remove kept answers",
                   "delete from idempotency_keys where ctid = any(array("
                   "select ctid from idempotency_keys "
                   "where expires_at < now() order by expires_at limit 10000 "
                   "for update skip locked))");
}

} // namespace bankslip::persistence
