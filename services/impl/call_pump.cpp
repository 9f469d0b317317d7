#include "services/impl/call_pump.hpp"

#include <algorithm>
#include <stdexcept>

#include "services/impl/retry.hpp"

namespace bankslip::services {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;

} // namespace

// libcurl wants this once before any thread uses it.
multi_handle make_multi() {
  static const bool started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  multi_handle multi{started ? curl_multi_init() : nullptr};
  if (!multi)
    throw std::runtime_error{"libcurl does not start"};
  return multi;
}

call_pump::call_pump(std::string peer, std::shared_ptr<circuit_breaker> breaker, std::size_t slots)
    : peer_{std::move(peer)}, breaker_{std::move(breaker)}, multi_{make_multi()}, slots_{slots},
      started_(slots) {
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(slots));
  curl_multi_setopt(multi_.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(slots));
  while (free_.size() < slots)
    free_.push_back(slots - 1 - free_.size());
}

easy_handle call_pump::make_handle() {
  easy_handle h{curl_easy_init()};
  if (!h)
    throw std::bad_alloc{};
  curl_easy_setopt(h.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(h.get(), CURLOPT_TCP_NODELAY, 1L);
  // The operator names the service's address: a proxy meant for other
  // programs must not get in between.
  curl_easy_setopt(h.get(), CURLOPT_PROXY, "");
  return h;
}

void call_pump::run(call_queue& queue, time_point deadline, domain::call_gate* gate,
                    const starter& start, const finisher& finish) {
  idle_ = {};
  for (;;) {
    const auto held_for = start_some(queue, gate, start);
    if (steady_clock::now() >= deadline)
      queue.abandon("the time for this batch's calls was over");
    if (free_.size() == slots_ && !queue.waiting())
      return;
    serve(wait_time(queue, held_for), gate, finish);
  }
}

nanoseconds call_pump::start_some(call_queue& queue, domain::call_gate* gate,
                                  const starter& start) {
  constexpr milliseconds probe_look{10};
  while (slots_ - free_.size() < limit_ && queue.waiting()) {
    const auto now = steady_clock::now();
    const auto call = queue.next(now);
    if (!call)
      return {};
    const auto allowed = breaker_->ask();
    if (allowed == permission::stop || allowed == permission::wait) {
      queue.put_back(*call, now);
      if (allowed == permission::wait)
        return probe_look;
      queue.abandon("the " + peer_ + " is paused: " + breaker_->reason());
      continue;
    }
    // A probe goes alone, whatever the pace.
    const auto hold = gate == nullptr ? nanoseconds{} : gate->start();
    if (hold.count() > 0 && allowed == permission::go) {
      queue.put_back(*call, now);
      if (hold > longest_hold)
        queue.hold_up("the pace leaves no room for it");
      return hold;
    }
    auto slot = free_.back();
    free_.pop_back();
    started_[slot] = now;
    auto* handle = start(slot, *call);
    // The slot's number travels as a pointer.
    curl_easy_setopt(handle, CURLOPT_PRIVATE, reinterpret_cast<void*>(slot));
    curl_multi_add_handle(multi_.get(), handle);
  }
  return {};
}

milliseconds call_pump::wait_time(const call_queue& queue, nanoseconds held_for) const {
  constexpr milliseconds longest{500};
  if (slots_ - free_.size() >= limit_ || !queue.waiting())
    return longest;
  const auto left = held_for.count() > 0 ? held_for : queue.next_due() - steady_clock::now();
  return std::clamp(std::chrono::ceil<milliseconds>(left), milliseconds{0}, longest);
}

void call_pump::serve(milliseconds max_wait, domain::call_gate* gate, const finisher& finish) {
  int running = 0;
  const auto began = steady_clock::now();
  curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(max_wait.count()), nullptr);
  if (free_.size() == slots_)
    idle_ += steady_clock::now() - began;
  curl_multi_perform(multi_.get(), &running);
  int left = 0;
  while (auto* message = curl_multi_info_read(multi_.get(), &left)) {
    auto* handle = message->easy_handle;
    auto code = message->data.result;
    void* slot = nullptr;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &slot);
    curl_multi_remove_handle(multi_.get(), handle);
    auto index = reinterpret_cast<std::size_t>(slot);
    const auto too_fast = finish(index, code);
    if (gate != nullptr)
      gate->ended(started_[index], too_fast);
    free_.push_back(index);
  }
}

} // namespace bankslip::services
