#include "actors/front.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "domain/error.hpp"
#include "telemetry/log.hpp"

namespace bankslip::actors {

using domain::errc;
using domain::make_error;

namespace {

using front_pointer = front_actor::stateful_pointer<front_state>;

parser_actor start_parser(front_pointer self, std::int64_t upload_id, const open_upload& wanted) {
  auto& state = self->state;
  chunk_setup setup;
  setup.upload_id = upload_id;
  setup.trace = wanted.trace;
  setup.codec = state.options.codec;
  setup.publisher = state.options.publisher;
  setup.policy = state.options.policy;
  setup.store = state.options.store;
  setup.timeouts = state.options.timeouts;
  auto options = state.options.parser;
  options.watcher = self;
  options.encoding = wanted.encoding;
  auto handle = self->spawn(parser, std::move(options), std::move(setup));
  self->monitor(handle);
  state.uploads.emplace(handle.address(), front_state::open{upload_id, handle, {}});
  state.show();
  telemetry::log_info("upload begins", {{"upload_id", upload_id}});
  return handle;
}

/// Why no upload can be opened now; none: it can.
caf::error refusal(const front_state& state) {
  if (!state.drains.empty())
    return make_error(errc::shutting_down, "the server is stopping");
  if (state.uploads.size() + state.opening >= state.options.max_uploads)
    return make_error(errc::overloaded, "too many uploads are open");
  using kind = domain::dependency_kind;
  constexpr std::array needed = {
      std::pair{kind::broker, errc::broker_unavailable},
      std::pair{kind::topics, errc::broker_unavailable},
      std::pair{kind::database, errc::database_unavailable},
      std::pair{kind::schema, errc::database_unavailable},
      std::pair{kind::replication, errc::database_unavailable},
  };
  for (auto [what, code] : needed)
    if (auto why = state.options.seen->why_away(what); !why.empty())
      return make_error(code, std::string{to_string(what)} + ": " + why);
  return caf::none;
}

void renew_leases(front_pointer self) {
  auto& state = self->state;
  if (state.uploads.empty())
    return;
  renew_uploads request;
  for (const auto& [address, upload] : state.uploads)
    request.uploads.push_back({upload.upload_id, upload.totals});
  self->request(state.options.store, state.options.timeouts.store, std::move(request))
      .then(
          [](recorded) {},
          [](caf::error& reason) {
            telemetry::log_warn("upload leases not renewed", {{"error", domain::text_of(reason)}});
          });
}

using totals_by_id = std::map<std::int64_t, domain::upload_totals>;

/// The database learns the totals now and then. Workers may have settled rows that their
/// chunk has not yet reported.
void add_progress(domain::upload_record& upload, const totals_by_id& known) {
  auto found = known.find(upload.upload_id);
  if (upload.state != domain::upload_state::receiving || found == known.end())
    return;
  upload.bytes = found->second.bytes;
  upload.accepted = std::max(found->second.accepted, upload.ended());
  upload.rejected = found->second.rejected;
}

void add_progress(upload_found& answer, const totals_by_id& known) {
  add_progress(answer.upload, known);
}

void add_progress(uploads_listed& answer, const totals_by_id& known) {
  for (auto& upload : answer.uploads)
    add_progress(upload, known);
}

/// Asks a STORE, and adds to its answer what only FRONT knows. The totals are
/// those of the time of asking: an upload may end meanwhile.
template <class Answer, class Request>
caf::result<Answer> ask_with_progress(front_pointer self, Request& request) {
  auto& state = self->state;
  auto promise = self->template make_response_promise<Answer>();
  self->request(state.options.store, state.options.timeouts.store, std::move(request))
      .then(
          [=, known = state.progress()](Answer& answer) mutable {
            add_progress(answer, known);
            promise.deliver(std::move(answer));
          },
          [=](caf::error& reason) mutable { promise.deliver(std::move(reason)); });
  return promise;
}

template <class Answer, class Request>
caf::result<Answer> pass_to_webhook(front_pointer self, Request& request) {
  const auto& webhook = self->state.options.webhook;
  if (!webhook)
    return make_error(errc::wrong_state, "no WEBHOOK_URL is set");
  return self->delegate(webhook, std::move(request));
}

void answer_drains(front_pointer self) {
  auto& state = self->state;
  if (!state.uploads.empty() || state.opening > 0)
    return;
  for (auto& promise : state.drains)
    if (promise.pending())
      promise.deliver(drained{});
}

} // namespace

std::map<std::int64_t, domain::upload_totals> front_state::progress() const {
  std::map<std::int64_t, domain::upload_totals> out;
  for (const auto& [address, upload] : uploads)
    out.emplace(upload.upload_id, upload.totals);
  return out;
}

void front_state::show() {
  auto under_way = static_cast<std::int64_t>(uploads.size());
  auto free = static_cast<std::int64_t>(options.max_uploads) - under_way;
  link.set(under_way, free);
  board.credit(free);
  board.works_on(std::to_string(under_way) + " uploads");
}

front_actor::behavior_type front(front_pointer self, front_options options) {
  self->state.options = std::move(options);
  if (!self->state.options.long_store)
    self->state.options.long_store = self->state.options.store;
  self->state.show();
  self->set_down_handler([=](caf::down_msg& down) {
    self->state.uploads.erase(down.source);
    self->state.show();
    answer_drains(self);
  });
  self->delayed_send(self, self->state.options.timeouts.lease_renewal, lease_due{});
  return {
      [=](const open_upload& wanted) -> caf::result<upload_opened> {
        auto& state = self->state;
        if (auto err = refusal(state))
          return err;
        ++state.opening;
        auto promise = self->make_response_promise<upload_opened>();
        self->request(state.options.store, state.options.timeouts.store, begin_upload{})
            .then(
                [=](const upload_begun& begun) mutable {
                  --self->state.opening;
                  promise.deliver(
                      upload_opened{begun.upload_id, start_parser(self, begun.upload_id, wanted)});
                },
                [=](caf::error& reason) mutable {
                  --self->state.opening;
                  promise.deliver(std::move(reason));
                  answer_drains(self);
                });
        return promise;
      },
      [=](create_debt& m) { return self->delegate(self->state.options.store, std::move(m)); },
      [=](retry_debt& m) { return self->delegate(self->state.options.store, std::move(m)); },
      [=](resolve_debt& m) { return self->delegate(self->state.options.store, std::move(m)); },
      [=](list_uploads& m) { return ask_with_progress<uploads_listed>(self, m); },
      [=](find_upload& m) { return ask_with_progress<upload_found>(self, m); },
      [=](stop_mails& m) { return self->delegate(self->state.options.store, std::move(m)); },
      [=](find_uploads& m) { return ask_with_progress<uploads_listed>(self, m); },
      [=](list_problems& m) { return self->delegate(self->state.options.store, std::move(m)); },
      [=](list_deliveries& m) { return pass_to_webhook<deliveries_listed>(self, m); },
      [=](resend_delivery& m) { return pass_to_webhook<delivery_resent>(self, m); },
      [=](test_webhook& m) { return pass_to_webhook<webhook_tested>(self, m); },
      [=](list_debts& m) { return self->delegate(self->state.options.long_store, std::move(m)); },
      [=](retry_upload& m) { return self->delegate(self->state.options.long_store, std::move(m)); },
      [=](claim_key& m) { return self->delegate(self->state.options.store, std::move(m)); },
      [=](settle_key& m) { return self->delegate(self->state.options.store, std::move(m)); },
      [=](record_changes& m) { return self->delegate(self->state.options.access, std::move(m)); },
      [=](open_session& m) { return self->delegate(self->state.options.access, std::move(m)); },
      [=](find_session& m) { return self->delegate(self->state.options.access, std::move(m)); },
      [=](end_session& m) { return self->delegate(self->state.options.access, std::move(m)); },
      [=](const upload_progressed& fact) {
        for (auto& [address, upload] : self->state.uploads)
          if (upload.upload_id == fact.upload.upload_id)
            upload.totals = fact.upload.totals;
      },
      [=](lease_due) {
        renew_leases(self);
        self->delayed_send(self, self->state.options.timeouts.lease_renewal, lease_due{});
      },
      [=](drain) -> caf::result<drained> {
        auto promise = self->make_response_promise<drained>();
        self->state.drains.push_back(promise);
        answer_drains(self);
        return promise;
      },
      [=](abort_uploads) {
        for (auto& [address, upload] : self->state.uploads)
          self->send(upload.parser, abort_upload{"the server is stopping", errc::shutting_down});
      },
      [](take_pulse) { return pulse{}; },
  };
}

} // namespace bankslip::actors
