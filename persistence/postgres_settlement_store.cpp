#include <algorithm>
#include <utility>

#include "persistence/impl/debt_check.hpp"
#include "persistence/impl/pq_connection.hpp"
#include "persistence/impl/row_codec.hpp"
#include "persistence/impl/settlement_codec.hpp"
#include "persistence/persistence.hpp"

namespace bankslip::persistence {

namespace {

using domain::errc;

/// Results of `insert`, for each of `rows` whether its key came back.
std::vector<bool> won(std::span<const domain::new_row> rows, const PGresult* result) {
  auto n = PQntuples(result);
  std::vector<std::string_view> keys;
  keys.reserve(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i)
    keys.emplace_back(PQgetvalue(result, i, 0), PQgetlength(result, i, 0));
  std::sort(keys.begin(), keys.end());
  std::vector<bool> out;
  out.reserve(rows.size());
  for (const auto& row : rows)
    out.push_back(
        std::binary_search(keys.begin(), keys.end(), std::string_view{row.content->debt_id}));
  return out;
}

domain::intent read_intent(const PGresult* result, int row) {
  auto at = [&](int column) { return PQgetvalue(result, row, column); };
  domain::intent out;
  out.id = read_int64(at(0));
  out.partition = read_int32(at(1));
  out.first_offset = read_int64(at(2));
  out.last_offset = read_int64(at(3));
  out.attempts = read_int32(at(4));
  out.opened_at = read_time(at(5));
  out.lease_until = read_time(at(6));
  out.fingerprints =
      unpack_fingerprints({at(7), static_cast<std::size_t>(PQgetlength(result, row, 7))});
  return out;
}

std::vector<std::int64_t> read_ids(const PGresult* result) {
  std::vector<std::int64_t> out;
  out.reserve(static_cast<std::size_t>(PQntuples(result)));
  for (int i = 0; i < PQntuples(result); ++i)
    out.push_back(read_int64(PQgetvalue(result, i, 0)));
  return out;
}

/// Over libpq: COPY and pipelines are out of a wrapper's reach.
class postgres_settlement_store final : public domain::settlement_store {
public:
  postgres_settlement_store(const postgres_options& options,
                            std::shared_ptr<row_locations> locations)
      : connection_{options, session_kind::worker}, check_{std::move(locations)},
        topic_{options.topic}, events_{options.events} {}

  caf::error find(std::span<const domain::debt* const> debts, domain::found_debts& out) override {
    if (connection_.in_transaction())
      return domain::make_error(errc::internal, "rows are found outside of a transaction");
    return check_.find(connection_, debts, out);
  }

  caf::expected<domain::intent> open_intent(const domain::intent_request& request) override;

  caf::error drop_intent(std::int64_t id) override {
    auto r = connection_.run("drop an intent", drop_intent_statement, {as_param(id)});
    return r ? caf::error{} : r.error();
  }

  caf::expected<std::vector<domain::upload_standing>>
  begin(const domain::transaction_start& start) override;
  caf::error copy(std::span<const domain::new_row> rows) override;
  caf::expected<std::vector<bool>> insert(std::span<const domain::new_row> rows) override;
  caf::expected<std::vector<domain::stored_debt>>
  lock(std::span<const std::string_view> ids) override;
  caf::expected<std::vector<std::int64_t>> stopped_uploads() override;
  caf::expected<domain::open_intents> others_intents(std::int64_t own_id) override;
  caf::error settle(const domain::settlement& s) override;

  void rollback() override { connection_.rollback(); }
  void interrupt() noexcept override { connection_.interrupt(); }

private:
  /// An error unless a transaction is open: on a new connection its
  /// statements would stand alone.
  caf::error require_transaction() const {
    if (connection_.in_transaction())
      return {};
    return domain::make_error(errc::internal, "no transaction is open");
  }

  pq_connection connection_;
  debt_check check_;
  domain::utc_time began_{};
  std::string topic_;
  domain::event_set events_;
};

caf::expected<domain::intent>
postgres_settlement_store::open_intent(const domain::intent_request& request) {
  if (connection_.in_transaction())
    return domain::make_error(errc::internal, "an intent must be committed on its own");
  auto r = connection_.run("open an intent", open_intent_statement, open_intent_params(request));
  if (!r)
    return r.error();
  domain::intent out;
  out.id = read_int64(PQgetvalue(r->get(), 0, 0));
  out.partition = request.partition;
  out.first_offset = request.first_offset;
  out.last_offset = request.last_offset;
  out.attempts = read_int32(PQgetvalue(r->get(), 0, 1));
  out.opened_at = read_time(PQgetvalue(r->get(), 0, 2));
  out.lease_until = read_time(PQgetvalue(r->get(), 0, 3));
  return out;
}

caf::expected<std::vector<domain::upload_standing>>
postgres_settlement_store::begin(const domain::transaction_start& start) {
  connection_.rollback();
  std::vector<step> steps{{&begin_statement, {}},
                          {&now_statement, {}},
                          {&lock_intent_statement, {as_param(start.intent_id)}}};
  if (!start.uploads.empty())
    for (const auto* s : {&touch_progress_statement, &lock_progress_statement})
      steps.push_back({s, progress_key_params(start.partition, start.uploads, topic_)});
  auto r = connection_.run("begin a transaction", steps);
  if (!r)
    return r.error();
  began_ = read_time(PQgetvalue((*r)[1].get(), 0, 0));
  if (start.intent_id != 0 && PQntuples((*r)[2].get()) == 0) {
    rollback();
    return domain::make_error(errc::intent_lost,
                              "intent " + std::to_string(start.intent_id) + " was superseded");
  }
  std::vector<domain::upload_standing> out(start.uploads.size());
  for (int i = 0; !out.empty() && i < PQntuples(r->back().get()); ++i) {
    auto at = [&](int column) { return PQgetvalue(r->back().get(), i, column); };
    auto upload = std::find(start.uploads.begin(), start.uploads.end(), read_int64(at(0)));
    auto& standing = out[static_cast<std::size_t>(upload - start.uploads.begin())];
    standing.counted_through = read_int64(at(1));
    if (!PQgetisnull(r->back().get(), i, 2))
      standing.rows = read_int64(at(2));
    standing.counts = read_int64(at(3)) != 0;
  }
  return out;
}

caf::error postgres_settlement_store::copy(std::span<const domain::new_row> rows) {
  if (auto error = require_transaction(); error || rows.empty())
    return error;
  copy_stream stream{rows, began_};
  return connection_.copy_in("copy debts", copy_statement, stream);
}

caf::expected<std::vector<bool>>
postgres_settlement_store::insert(std::span<const domain::new_row> rows) {
  if (auto error = require_transaction())
    return error;
  if (rows.empty())
    return std::vector<bool>{};
  auto r = connection_.run("insert debts", insert_statement, insert_params(rows, began_));
  if (!r)
    return r.error();
  return won(rows, r->get());
}

caf::expected<std::vector<domain::stored_debt>>
postgres_settlement_store::lock(std::span<const std::string_view> ids) {
  if (auto error = require_transaction())
    return error;
  auto r = connection_.run("lock debts", lock_statement, key_params(ids));
  if (!r)
    return r.error();
  return read_rows(r->get());
}

caf::expected<domain::open_intents> postgres_settlement_store::others_intents(std::int64_t own_id) {
  if (auto error = require_transaction())
    return error;
  const step steps[] = {{&save_statement, {}},
                        {&other_intents_statement, {as_param(own_id)}},
                        {&back_to_save_statement, {}},
                        {&stopped_uploads_statement, {}},
                        {&clock_statement, {}}};
  auto r = connection_.run("read intents", steps);
  if (!r)
    return r.error();
  domain::open_intents out;
  const auto* others = (*r)[1].get();
  for (int i = 0; i < PQntuples(others); ++i)
    out.intents.push_back(read_intent(others, i));
  out.stopped = read_ids((*r)[3].get());
  out.now = read_time(PQgetvalue(r->back().get(), 0, 0));
  return out;
}

caf::expected<std::vector<std::int64_t>> postgres_settlement_store::stopped_uploads() {
  auto r = connection_.run("read stopped uploads", stopped_uploads_statement, {});
  if (!r)
    return r.error();
  return read_ids(r->get());
}

caf::error postgres_settlement_store::settle(const domain::settlement& s) {
  if (auto error = require_transaction())
    return error;
  auto r = connection_.run("settle a batch", settle_steps(s, events_, topic_));
  return r ? caf::error{} : r.error();
}

} // namespace

std::unique_ptr<domain::settlement_store>
make_settlement_store(const postgres_options& options, std::shared_ptr<row_locations> locations) {
  return std::make_unique<postgres_settlement_store>(options, std::move(locations));
}

} // namespace bankslip::persistence
