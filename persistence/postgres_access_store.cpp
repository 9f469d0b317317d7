#include <string_view>

#include "persistence/impl/debt_store_connection.hpp"
#include "persistence/impl/text.hpp"
#include "persistence/persistence.hpp"

namespace bankslip::persistence {

namespace {

using domain::audit_entry;
using domain::key_rows;

std::string as_bytea(const domain::sha256_digest& digest) {
  return hex_literal({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

void append_entries(text_transaction& tx, std::span<const audit_entry> entries) {
  static const std::string text =
      "insert into audit (at, key, method, route, target, status, rows, request_id, address, "
      "forwarded_for, times) select * from unnest($1::timestamptz[], $2::text[], $3::text[], "
      "$4::text[], $5::text[], $6::int[], $7::bigint[], $8::text[], $9::text[], $10::text[], "
      "$11::int[])";
  const auto all = [&](auto field) { return array_literal(entries, field); };
  tx.run(text, all([](const auto& e) { return domain::format_utc(e.at); }), all(&audit_entry::key),
         all(&audit_entry::method), all(&audit_entry::route), all(&audit_entry::target),
         all(&audit_entry::status), all(&audit_entry::rows), all(&audit_entry::request_id),
         all(&audit_entry::address), all(&audit_entry::forwarded_for), all(&audit_entry::times));
}

std::vector<key_rows> add_rows(text_transaction& tx, domain::date day,
                               std::span<const key_rows> rows) {
  // In one order everywhere, so that two processes do not wait for one another.
  const auto sums = tx.run("insert into key_usage as u (key, day, rows) select key, $1::date, rows "
                           "from unnest($2::text[], $3::bigint[]) as n (key, rows) order by key "
                           "on conflict (key, day) do update set rows = u.rows + excluded.rows "
                           "returning key, rows",
                           domain::format_date(day), array_literal(rows, &key_rows::key),
                           array_literal(rows, &key_rows::rows));
  std::vector<key_rows> out;
  for (const auto& row : sums)
    out.push_back({row[0].c_str(), row[1].as<std::int64_t>()});
  return out;
}

class postgres_access_store final : public domain::access_store {
public:
  explicit postgres_access_store(const postgres_options& options) : connection_{options} {}

  caf::expected<std::vector<key_rows>> record(std::span<const audit_entry> entries,
                                              domain::date day,
                                              std::span<const key_rows> rows) override {
    std::vector<key_rows> sums;
    auto error = connection_.transaction("record changes", [&](text_transaction& tx) {
      if (!entries.empty())
        append_entries(tx, entries);
      if (!rows.empty())
        sums = add_rows(tx, day, rows);
      return caf::error{};
    });
    if (error)
      return error;
    return sums;
  }

  caf::error open_session(const domain::session& s, std::chrono::seconds lifetime) override {
    return connection_.execute(
        "open a session",
        "with gone as (delete from sessions where expires_at <= clock_timestamp() or id in "
        "(select id from sessions where key = $2::bytea order by expires_at desc offset 99)) "
        "insert into sessions (id, key, expires_at) values ($1::bytea, $2::bytea, "
        "clock_timestamp() + $3::bigint * interval '1 millisecond')",
        as_bytea(s.id), as_bytea(s.key), lifetime);
  }

  caf::expected<domain::session> find_session(const domain::sha256_digest& id) override {
    auto r = connection_.statement("find a session",
                                   "select key from sessions where id = $1::bytea "
                                   "and expires_at > clock_timestamp()",
                                   as_bytea(id));
    if (!r)
      return r.error();
    domain::session out{id, {}};
    const auto key = r->empty() ? std::string{} : parse_hex((*r)[0][0].c_str());
    if (key.size() != out.key.size())
      return domain::make_error(domain::errc::not_found, "no such session");
    std::copy(key.begin(), key.end(), out.key.begin());
    return out;
  }

  caf::error end_session(const domain::sha256_digest& id) override {
    return connection_.execute("end a session", "delete from sessions where id = $1::bytea",
                               as_bytea(id));
  }

private:
  debt_store_connection connection_;
};

} // namespace

std::unique_ptr<domain::access_store> make_access_store(const postgres_options& options) {
  return std::make_unique<postgres_access_store>(options);
}

} // namespace bankslip::persistence
