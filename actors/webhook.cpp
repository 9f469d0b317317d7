#include "actors/webhook.hpp"

#include <utility>

#include "domain/error.hpp"
#include "domain/text/hex.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::actors {

using domain::errc;

namespace {

using webhook_pointer = webhook_actor::stateful_pointer<webhook_state>;

/// Cuts short the rest under way, if there is one.
void remind(webhook_pointer self, std::chrono::milliseconds after) {
  const deliver_webhooks reminder{++self->state.round};
  if (after.count() == 0)
    self->send(self, reminder);
  else
    self->delayed_send(self, after, reminder);
}

void complain(const char* what, const caf::error& reason) {
  telemetry::log_warn(what, {{"error", domain::text_of(reason)}});
}

/// Begins what is due, as far as there are places.
void look(webhook_state& state) {
  const auto now = state.options.time->steady_now();
  const auto places = static_cast<int>(state.caller->places());
  if (!state.started || now < state.next_look || places == 0)
    return;
  state.next_look = now + state.options.pause;
  auto due = state.store->claim(places, state.options.claim);
  if (!due)
    return complain("webhooks wait for the database", due.error());
  for (const auto& event : *due) {
    state.tries[event.id] = event.tries;
    state.caller->start(event, state.options.call_timeout);
  }
  if (static_cast<int>(due->size()) == places)
    state.next_look = now;
}

void count(webhook_state& state) {
  const auto now = state.options.time->steady_now();
  if (!state.started || now < state.next_count)
    return;
  state.next_count = now + state.options.count_pause;
  auto backlog = state.store->backlog();
  if (!backlog)
    return;
  state.board.queue_length(backlog->pending);
  telemetry::set_webhook_backlog(backlog->pending, backlog->oldest_age, backlog->stopped);
}

void end_test(webhook_state& state, const domain::webhook_answer& answer) {
  auto node = state.tests.extract(answer.event_id);
  if (node.empty())
    return;
  // Whoever tests it with success wants it.
  if (answer.error.empty())
    if (auto err = state.store->resume())
      complain("webhooks not resumed", err);
  node.mapped().deliver(webhook_tested{answer});
}

void end_try(webhook_state& state, const domain::webhook_answer& answer) {
  if (answer.event_id < 0)
    return end_test(state, answer);
  auto node = state.tries.extract(answer.event_id);
  const auto before = node.empty() ? 0 : node.mapped();
  const auto verdict =
      domain::judge_webhook(answer, before + 1, static_cast<std::uint32_t>(state.random()));
  telemetry::count_webhook(verdict.endpoint_gone ? "gone"
                           : verdict.state == domain::delivery_state::pending
                               ? "failed"
                               : to_string(verdict.state));
  if (!answer.error.empty())
    telemetry::log_warn("webhook not delivered", {{"id", answer.event_id},
                                                  {"try", before + 1},
                                                  {"error", answer.error},
                                                  {"state", to_string(verdict.state)}});
  // What is not stored is tried again when its claim is over.
  if (auto err = state.store->finish(answer, verdict))
    return complain("webhook's try not stored", err);
  if (verdict.endpoint_gone)
    if (auto err = state.store->stop())
      complain("webhooks not stopped", err);
}

void go_on(webhook_pointer self) {
  auto& state = self->state;
  look(state);
  count(state);
  for (const auto& answer : state.caller->poll(state.options.poll_wait))
    end_try(state, answer);
  state.board.works_on(std::to_string(state.caller->in_flight()) + " calls");
  const auto now = state.options.time->steady_now();
  if (state.caller->in_flight() > 0 || (state.started && state.next_look <= now))
    remind(self, std::chrono::milliseconds{0});
  else if (state.started)
    remind(self, state.options.pause);
}

/// An event that is told at once and never stored.
domain::webhook_event test_event(webhook_state& state) {
  domain::webhook_event out;
  out.id = --state.last_test;
  out.type = "webhook.test";
  out.at = state.options.time->utc_now();
  std::random_device entropy;
  std::string bytes(16, '\0');
  for (auto& byte : bytes)
    byte = static_cast<char>(entropy());
  out.message_id = "test_" + domain::to_hex(bytes);
  return out;
}

} // namespace

webhook_actor::behavior_type webhook(webhook_pointer self, webhook_options options) {
  auto& state = self->state;
  state.options = std::move(options);
  state.store = state.options.make_store();
  state.caller = state.options.make_caller();
  state.random.seed(state.options.jitter_seed);
  return {
      [=](start_webhooks) {
        self->state.started = true;
        remind(self, std::chrono::milliseconds{0});
      },
      [=](deliver_webhooks reminder) {
        if (reminder.round == self->state.round)
          go_on(self);
      },
      [=](const list_deliveries& request) -> caf::result<deliveries_listed> {
        auto page = self->state.store->list(request.page);
        if (!page)
          return std::move(page.error());
        return deliveries_listed{std::move(*page)};
      },
      [=](const resend_delivery& request) -> caf::result<delivery_resent> {
        if (auto err = self->state.store->resend(request.id))
          return err;
        self->state.next_look = {};
        remind(self, std::chrono::milliseconds{0});
        return delivery_resent{};
      },
      [=](test_webhook) -> caf::result<webhook_tested> {
        auto& s = self->state;
        if (s.caller->places() == 0)
          return domain::make_error(errc::overloaded, "all calls of this process are under way");
        const auto event = test_event(s);
        auto promise = self->make_response_promise<webhook_tested>();
        s.tests.emplace(event.id, promise);
        s.caller->start(event, s.options.test_timeout);
        remind(self, std::chrono::milliseconds{0});
        return promise;
      },
  };
}

} // namespace bankslip::actors
