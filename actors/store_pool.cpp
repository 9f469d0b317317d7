#include "actors/store_pool.hpp"

#include <type_traits>
#include <utility>

#include <caf/typed_response_promise.hpp>

#include "domain/error.hpp"

namespace bankslip::actors {

using domain::errc;
using domain::make_error;

namespace {

using store_pool_pointer = store_pool_actor::stateful_pointer<store_pool_state>;

/// Gives the oldest requests to idle STOREs.
void dispatch(store_pool_pointer self) {
  auto& state = self->state;
  const auto now = state.options.time->steady_now();
  while (!state.idle.empty() && !state.waiting.empty()) {
    const auto slot = state.idle.back();
    const auto& store = state.options.stores[slot];
    bool given = false;
    for (auto& request : state.next_group()) {
      const auto late = now > request.until;
      request.go(store,
                 late ? make_error(errc::overloaded, "the database is too slow") : caf::none);
      given |= !late;
    }
    if (!given)
      continue;
    state.idle.pop_back();
    self->send(store, end_group{self, slot});
  }
  state.show();
}

/// Debts to create go together, but for those that have failed so.
template <class Request>
bool has_company(const Request& request) {
  if constexpr (std::is_same_v<Request, create_debt>)
    return !request.alone;
  else
    return false;
}

template <class Answer, class Request>
caf::result<Answer> pass(store_pool_pointer self, Request& request) {
  constexpr bool is_record =
      std::is_same_v<
          Request,
          close_upload> || std::is_same_v<Request, record_problems> || std::is_same_v<Request, settle_key>;
  auto& state = self->state;
  if (state.idle.empty() && state.waiting.size() >= state.options.max_waiting)
    return make_error(errc::overloaded, "too many requests wait for the database");
  const auto grouped = has_company(request);
  auto promise = self->template make_response_promise<Answer>();
  auto go = [promise, request = std::move(request)](const store_actor& to,
                                                    caf::error refusal) mutable {
    if (refusal)
      promise.deliver(std::move(refusal));
    else
      promise.delegate(to, std::move(request));
  };
  const auto until = state.options.time->steady_now()
                     + (is_record ? state.options.longest_record_wait : state.options.longest_wait);
  // A lease that is not renewed in time ends an upload that does nothing wrong.
  auto at = std::is_same_v<Request, renew_uploads> ? state.waiting.begin() : state.waiting.end();
  state.waiting.insert(at, {until, grouped, std::move(go)});
  dispatch(self);
  return promise;
}

} // namespace

std::deque<store_pool_state::waiting_request> store_pool_state::next_group() {
  const auto limit = waiting.front().grouped ? options.max_group : 1;
  std::deque<waiting_request> group;
  group.push_back(std::move(waiting.front()));
  waiting.pop_front();
  if (limit == 1)
    return group;
  std::deque<waiting_request> rest;
  for (auto& request : waiting)
    (request.grouped && group.size() < limit ? group : rest).push_back(std::move(request));
  waiting.swap(rest);
  return group;
}

void store_pool_state::show() {
  const auto free = static_cast<std::int64_t>(idle.size());
  const auto queue = static_cast<std::int64_t>(waiting.size());
  link.set(static_cast<std::int64_t>(options.stores.size()) - free, free);
  telemetry::set_queue_length(options.name, queue);
  board->queue_length(queue);
  board->credit(free);
}

store_pool_actor::behavior_type store_pool(store_pool_pointer self, store_pool_options options) {
  auto& state = self->state;
  state.options = std::move(options);
  state.board.emplace("store_pool", state.options.name, "front");
  for (auto slot = state.options.stores.size(); slot-- > 0;)
    state.idle.push_back(slot);
  state.show();
  return {
      [=](create_debt& m) { return pass<debt_created>(self, m); },
      [=](retry_debt& m) { return pass<debt_revived>(self, m); },
      [=](resolve_debt& m) { return pass<debt_revived>(self, m); },
      [=](list_uploads& m) { return pass<uploads_listed>(self, m); },
      [=](find_upload& m) { return pass<upload_found>(self, m); },
      [=](stop_mails& m) { return pass<upload_found>(self, m); },
      [=](find_uploads& m) { return pass<uploads_listed>(self, m); },
      [=](list_problems& m) { return pass<problems_listed>(self, m); },
      [=](list_debts& m) { return pass<debts_listed>(self, m); },
      [=](retry_upload& m) { return pass<upload_retried>(self, m); },
      [=](claim_key& m) { return pass<key_claimed>(self, m); },
      [=](settle_key& m) { return pass<recorded>(self, m); },
      [=](begin_upload& m) { return pass<upload_begun>(self, m); },
      [=](renew_uploads& m) { return pass<recorded>(self, m); },
      [=](close_upload& m) { return pass<recorded>(self, m); },
      [=](record_problems& m) { return pass<recorded>(self, m); },
      [=](const store_idle& fact) {
        self->state.idle.push_back(fact.slot);
        dispatch(self);
      },
  };
}

} // namespace bankslip::actors
