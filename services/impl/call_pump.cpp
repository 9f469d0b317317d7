#include "services/impl/call_pump.hpp"

#include <algorithm>
#include <stdexcept>

namespace bankslip::services {

namespace {

using std::chrono::milliseconds;
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
    : peer_{std::move(peer)}, breaker_{std::move(breaker)}, multi_{make_multi()}, slots_{slots} {
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

void call_pump::run(call_queue& queue, time_point deadline, const starter& start,
                    const finisher& finish) {
  for (;;) {
    bool for_probe = start_some(queue, start);
    if (steady_clock::now() >= deadline)
      queue.abandon("the time for this batch's calls was over");
    if (free_.size() == slots_ && !queue.waiting())
      return;
    serve(wait_time(queue, for_probe), finish);
  }
}

bool call_pump::start_some(call_queue& queue, const starter& start) {
  while (slots_ - free_.size() < limit_ && queue.waiting()) {
    auto now = steady_clock::now();
    auto call = queue.next(now);
    if (!call)
      return false;
    auto allowed = breaker_->ask();
    if (allowed == permission::go || allowed == permission::probe) {
      auto slot = free_.back();
      free_.pop_back();
      auto* handle = start(slot, *call);
      // The slot's number travels as a pointer.
      curl_easy_setopt(handle, CURLOPT_PRIVATE, reinterpret_cast<void*>(slot));
      curl_multi_add_handle(multi_.get(), handle);
      continue;
    }
    queue.put_back(*call, now);
    if (allowed == permission::wait)
      return true;
    queue.abandon("the " + peer_ + " is paused: " + breaker_->reason());
  }
  return false;
}

milliseconds call_pump::wait_time(const call_queue& queue, bool for_probe) const {
  constexpr milliseconds probe_look{10};
  constexpr milliseconds longest{500};
  if (for_probe)
    return probe_look;
  if (slots_ - free_.size() >= limit_ || !queue.waiting())
    return longest;
  auto left = std::chrono::ceil<milliseconds>(queue.next_due() - steady_clock::now());
  return std::clamp(left, milliseconds{0}, longest);
}

void call_pump::serve(milliseconds max_wait, const finisher& finish) {
  int running = 0;
  curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(max_wait.count()), nullptr);
  curl_multi_perform(multi_.get(), &running);
  int left = 0;
  while (auto* message = curl_multi_info_read(multi_.get(), &left)) {
    auto* handle = message->easy_handle;
    auto code = message->data.result;
    void* slot = nullptr;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &slot);
    curl_multi_remove_handle(multi_.get(), handle);
    auto index = reinterpret_cast<std::size_t>(slot);
    finish(index, code);
    free_.push_back(index);
  }
}

} // namespace bankslip::services
