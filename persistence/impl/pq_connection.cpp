#include "persistence/impl/pq_connection.hpp"

#include <algorithm>
#include <utility>

#include <poll.h>
#include <sys/socket.h>

#include "persistence/impl/errors.hpp"

namespace bankslip::persistence {

namespace {

bool succeeded(const PGresult* r) noexcept {
  auto status = PQresultStatus(r);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

} // namespace

pq_connection::pq_connection(postgres_options options, session_kind kind)
    : options_{std::move(options)}, kind_{kind} {
  if (!options_.prepared)
    transaction_settings_ = settings_statement(options_, kind_, settings_scope::transaction);
}

pq_connection::~pq_connection() { drop(); }

caf::error pq_connection::ensure() {
  if (late_)
    if (auto error = await_late_answer())
      return error;
  if (!connection_ || is_stale()) {
    drop();
    if (auto error = connect())
      return error;
  }
  return confirm_what_is_visible();
}

bool pq_connection::await_answer(deadline until) {
  using namespace std::chrono;
  auto* c = connection_.get();
  while (PQisBusy(c) == 1 && PQconsumeInput(c) == 1 && PQisBusy(c) == 1) {
    const auto left = ceil<milliseconds>(until - steady_clock::now());
    if (left.count() <= 0) {
      late_ = true;
      return false;
    }
    // In turns, since TLS may keep bytes back that the socket does not show.
    pollfd p{PQsocket(c), POLLIN, 0};
    ::poll(&p, 1, static_cast<int>(std::min(left, milliseconds{200}).count()));
  }
  return true;
}

caf::error pq_connection::connect() {
  interrupted_ = false;
  connection_.reset(PQconnectdb(conninfo(options_, options_.database).c_str()));
  if (PQstatus(connection_.get()) != CONNECTION_OK)
    return fail("connect to PostgreSQL", nullptr);
  // Nothing of what the server says is a matter for standard error.
  PQsetNoticeReceiver(connection_.get(), take_notice, this);
  {
    std::lock_guard guard{socket_mutex_};
    socket_ = PQsocket(connection_.get());
  }
  if (interrupted_) {
    drop();
    return domain::make_error(domain::errc::database_unavailable, "interrupted");
  }
  if (!options_.prepared)
    return {};
  auto settings = settings_statement(options_, kind_, settings_scope::session);
  pq_result r{PQexec(connection_.get(), settings.c_str())};
  if (succeeded(r.get()))
    return {};
  auto error = fail("set up the session", r.get());
  drop();
  return error;
}

// While nothing is asked, bytes can only be a farewell or a notice.
bool pq_connection::is_stale() noexcept {
  if (PQstatus(connection_.get()) != CONNECTION_OK)
    return true;
  for (int i = 0; i < 4; ++i) {
    pollfd p{PQsocket(connection_.get()), POLLIN, 0};
    if (::poll(&p, 1, 0) <= 0)
      return false;
    if (PQconsumeInput(connection_.get()) == 0)
      return true;
  }
  return false;
}

void pq_connection::drop() noexcept {
  {
    std::lock_guard guard{socket_mutex_};
    socket_ = -1;
  }
  connection_.reset();
  prepared_.clear();
  late_ = wait_cancelled_ = false;
  ask_leader_at_ = {};
}

std::string pq_connection::quote(std::string_view text) const {
  std::unique_ptr<char, decltype(&PQfreemem)> quoted{
      PQescapeLiteral(connection_.get(), text.data(), text.size()), PQfreemem};
  return quoted ? quoted.get() : "null";
}

void pq_connection::interrupt() noexcept {
  interrupted_ = true;
  std::lock_guard guard{socket_mutex_};
  if (socket_ >= 0)
    ::shutdown(socket_, SHUT_RDWR);
}

bool pq_connection::in_transaction() const noexcept {
  return connection_ && !late_ && PQtransactionStatus(connection_.get()) != PQTRANS_IDLE;
}

void pq_connection::rollback() noexcept {
  if (!in_transaction())
    return;
  pq_result r{PQexec(connection_.get(), "rollback")};
  if (!succeeded(r.get()))
    drop();
}

caf::error pq_connection::fail(std::string_view what, const PGresult* result) {
  auto connected = PQstatus(connection_.get()) == CONNECTION_OK;
  auto state = result ? or_empty(PQresultErrorField(result, PG_DIAG_SQLSTATE)) : "";
  // The detail of a message may hold a person's data: only its first line.
  auto message = result ? or_empty(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)) : "";
  if (message.empty())
    message = or_empty(PQerrorMessage(connection_.get()));
  // Without a state nobody knows what the server has done.
  auto error = database_error(what, state, message, connected && !state.empty());
  if (domain::code_of(error) == domain::errc::database_unavailable)
    drop();
  else
    rollback();
  return error;
}

bool pq_connection::send(std::span<const step> steps, std::vector<sent_command>& sent) {
  auto c = connection_.get();
  std::vector<const char*> values;
  std::vector<int> sizes, formats;
  // All up to the synchronisation is one transaction, or begins one: its settings come
  // first, but for `begin`, which names the isolation that no query may precede.
  auto settings_due = !options_.prepared && !in_transaction();
  for (const auto& [what, params] : steps) {
    if (settings_due && !what->text.starts_with("begin")) {
      settings_due = false;
      if (PQsendQueryParams(c, transaction_settings_.c_str(), 0, nullptr, nullptr, nullptr, nullptr,
                            1)
          == 0)
        return false;
      sent.push_back({nullptr, false});
    }
    auto n = static_cast<int>(params.size());
    const auto form = static_cast<int>(what->form);
    values.assign(params.size(), nullptr);
    sizes.assign(params.size(), 0);
    formats.assign(params.size(), form);
    for (std::size_t i = 0; i < params.size(); ++i)
      if (const auto& value = params[i]) {
        values[i] = value->data();
        sizes[i] = static_cast<int>(value->size());
      }
    auto named = options_.prepared && !what->name.empty();
    auto is_sent = std::any_of(sent.begin(), sent.end(),
                               [&, w = what](const auto& s) { return s.prepares == w; });
    if (named && !is_sent && !prepared_.contains(what)) {
      if (PQsendPrepare(c, what->name.c_str(), what->text.c_str(), 0, nullptr) == 0)
        return false;
      sent.push_back({what, false});
    }
    auto ok = named ? PQsendQueryPrepared(c, what->name.c_str(), n, values.data(), sizes.data(),
                                          formats.data(), form)
                    : PQsendQueryParams(c, what->text.c_str(), n, nullptr, values.data(),
                                        sizes.data(), formats.data(), form);
    if (ok == 0)
      return false;
    sent.push_back({nullptr, true});
  }
  return PQpipelineSync(c) == 1;
}

caf::error pq_connection::receive(std::string_view what, std::span<const sent_command> sent,
                                  std::vector<pq_result>& results) {
  pq_result failed;
  std::size_t next = 0;
  const auto until = std::chrono::steady_clock::now() + options_.answer_timeout;
  for (int nothing = 0; nothing < 2;) {
    if (!await_answer(until))
      return answer_is_late(what, options_.answer_timeout);
    pq_result r{PQgetResult(connection_.get())};
    if (!r) {
      ++nothing;
      continue;
    }
    nothing = 0;
    auto status = PQresultStatus(r.get());
    if (status == PGRES_PIPELINE_SYNC) {
      PQexitPipelineMode(connection_.get());
      if (std::exchange(wait_cancelled_, false)) {
        commit_doubts::add();
        drop();
        return wait_was_cancelled(what);
      }
      return failed ? fail(what, failed.get()) : caf::error{};
    }
    if (status == PGRES_PIPELINE_ABORTED)
      continue;
    if (!succeeded(r.get()) || next == sent.size()) {
      if (!failed)
        failed = std::move(r);
      if (PQstatus(connection_.get()) != CONNECTION_OK)
        break;
      continue;
    }
    const auto& command = sent[next++];
    if (command.prepares)
      prepared_.insert(command.prepares);
    if (command.is_step)
      results.push_back(std::move(r));
  }
  // No synchronisation came: the connection is lost, whatever libpq believes.
  commit_doubts::add();
  auto error = fail(what, failed.get());
  drop();
  if (domain::code_of(error) == domain::errc::database_unavailable)
    return error;
  return domain::make_error(domain::errc::database_unavailable, domain::text_of(error));
}

caf::expected<std::vector<pq_result>> pq_connection::run(std::string_view what,
                                                         std::span<const step> steps) {
  if (auto error = in_transaction() ? caf::error{} : ensure())
    return error;
  std::vector<pq_result> results;
  std::vector<sent_command> sent;
  if (PQenterPipelineMode(connection_.get()) != 1 || !send(steps, sent)) {
    auto error = fail(what, nullptr);
    drop();
    return error;
  }
  if (auto error = receive(what, sent, results))
    return error;
  return results;
}

caf::expected<pq_result> pq_connection::run(std::string_view what, const statement& s,
                                            binary_params params) {
  const step steps[] = {{&s, std::move(params)}};
  auto results = run(what, steps);
  if (!results)
    return results.error();
  return std::move(results->front());
}

caf::error pq_connection::copy_in(std::string_view what, const std::string& copy,
                                  copy_source& data) {
  auto c = connection_.get();
  pq_result begun{PQexec(c, copy.c_str())};
  if (PQresultStatus(begun.get()) != PGRES_COPY_IN)
    return fail(what, begun.get());
  auto ok = true;
  for (auto slice = data.next(); ok && !slice.empty(); slice = data.next())
    ok = PQputCopyData(c, slice.data(), static_cast<int>(slice.size())) == 1;
  ok = ok && PQputCopyEnd(c, nullptr) == 1;
  pq_result last;
  while (ok && PQstatus(c) == CONNECTION_OK) {
    pq_result r{PQgetResult(c)};
    if (!r)
      break;
    if (!last || succeeded(last.get()))
      last = std::move(r);
  }
  return ok && last && succeeded(last.get()) ? caf::error{} : fail(what, last.get());
}

} // namespace bankslip::persistence
