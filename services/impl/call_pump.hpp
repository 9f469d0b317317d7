#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <curl/curl.h>

#include "services/impl/breaker.hpp"
#include "services/impl/call_queue.hpp"

namespace bankslip::services {

struct easy_deleter {
  void operator()(CURL* h) const noexcept { curl_easy_cleanup(h); }
};
struct multi_deleter {
  void operator()(CURLM* m) const noexcept { curl_multi_cleanup(m); }
};
struct slist_deleter {
  void operator()(curl_slist* l) const noexcept { curl_slist_free_all(l); }
};
using easy_handle = std::unique_ptr<CURL, easy_deleter>;
using multi_handle = std::unique_ptr<CURLM, multi_deleter>;
using string_list = std::unique_ptr<curl_slist, slist_deleter>;

/// Starts libcurl at its first call. Throws when that fails.
multi_handle make_multi();

/// Makes the calls of a queue over libcurl's multi interface, many at once on kept
/// connections, as fast as breaker and gate let them. One thread.
class call_pump {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// `peer`: "email service", for reasons. Makes at most `slots` calls at once, each
  /// in a slot of its caller's, numbered from 0.
  call_pump(std::string peer, std::shared_ptr<circuit_breaker> breaker, std::size_t slots);

  /// A new handle with the options that every transfer here needs.
  static easy_handle make_handle();

  /// Gets a slot's handle ready for a call.
  using starter = std::function<CURL*(std::size_t slot, std::size_t call)>;
  /// Tells breaker and queue how the transfer in a slot has ended. Returns the pause that the
  /// service asks for where it found the call too fast.
  using finisher =
      std::function<std::optional<std::chrono::milliseconds>(std::size_t slot, CURLcode code)>;

  /// Returns when every call has ended or been abandoned. None is started after
  /// `deadline`, while the breaker is open, nor before `gate` lets it, if there is one.
  void run(call_queue& queue, time_point deadline, domain::call_gate* gate, const starter& start,
           const finisher& finish);

  /// Part of the last run in which no call was under way: they were held back.
  std::chrono::nanoseconds idle() const noexcept { return idle_; }

  /// Makes no more than so many calls at once from now on; at least 1.
  void limit(std::size_t calls) { limit_ = std::clamp<std::size_t>(calls, 1, slots_); }

  circuit_breaker& breaker() const { return *breaker_; }

private:
  /// How long starting has to wait for the gate or another worker's probe; zero: it has not.
  std::chrono::nanoseconds start_some(call_queue& queue, domain::call_gate* gate,
                                      const starter& start);
  std::chrono::milliseconds wait_time(const call_queue& queue,
                                      std::chrono::nanoseconds held_for) const;
  void serve(std::chrono::milliseconds max_wait, domain::call_gate* gate, const finisher& finish);

  const std::string peer_;
  std::shared_ptr<circuit_breaker> breaker_;
  multi_handle multi_;
  const std::size_t slots_;
  std::size_t limit_ = slots_;
  std::vector<std::size_t> free_;
  /// When the call in each slot was.
  std::vector<time_point> started_;
  std::chrono::nanoseconds idle_{0};
};

} // namespace bankslip::services
