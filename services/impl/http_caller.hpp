#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/impl/call_pump.hpp"
#include "services/services.hpp"

namespace bankslip::services {

/// A batch of POST calls: writes each request and reads each good answer.
class call_batch {
public:
  virtual ~call_batch() = default;
  virtual std::size_t size() const = 0;
  /// Writes the body and the idempotency key, always `key_size` characters.
  virtual void write(std::size_t i, std::string& body, std::string& key) = 0;
  /// Reads the body of an answer 200, 201 or 202. `unclear` with a reason
  /// when it is not what was agreed; `refused` for content that is wrong for
  /// good.
  virtual call_result read(std::size_t i, std::string_view body, std::string& reason) = 0;
  /// Header `traceparent` of the call; empty for none.
  virtual std::string_view trace(std::size_t i) const = 0;

  static constexpr std::size_t key_size = 64;
};

/// Makes the calls of a batch to one URL, many at once on kept connections,
/// with retries and the breaker. One thread.
class http_caller {
public:
  /// Answers above this size are not read on.
  static constexpr std::size_t max_answer_bytes = 64 * 1024;

  /// The name of `service` is the label in metrics; `path` follows the service's URL;
  /// `window`: how long the service remembers a key, so how long a call whose
  /// answer is missing may be repeated.
  http_caller(const service_options& options, domain::dependency_kind service,
              const std::string& url, std::string_view path, std::chrono::milliseconds window);

  /// No call is started after `deadline`, nor while the breaker is open; one
  /// under way then is waited for, at most the call time-out. `gate`: as of
  /// `domain::email_service::send`.
  std::vector<call_outcome> run(call_batch& batch, std::chrono::steady_clock::time_point deadline,
                                domain::call_gate* gate = nullptr);

  std::chrono::milliseconds paused_for() const { return pump_.breaker().paused_for(); }
  std::size_t most_calls() const { return pump_.breaker().most_calls(); }

private:
  using time_point = std::chrono::steady_clock::time_point;

  /// One connection's worth of buffers, used again for every call.
  struct slot {
    easy_handle handle;
    string_list headers;
    /// Inside `headers`, where the key stands.
    char* key_text = nullptr;
    /// The same and a trace, where the call at hand has one.
    string_list traced;
    std::string key;
    std::string body;
    std::string answer;
    bool too_big = false;
    std::size_t call = 0;
  };

  /// The result of one try.
  struct try_result {
    call_result call = call_result::unclear;
    bool service_fault = true;
    std::chrono::milliseconds retry_after{0};
    std::string reason;
  };

  static std::size_t on_body(char* data, std::size_t size, std::size_t n, void* to);

  void set_up(slot& s);
  CURL* start(slot& s, std::size_t call, call_batch& batch);
  std::optional<std::chrono::milliseconds> finish(slot& s, CURLcode code, call_queue& queue,
                                                  call_batch& batch);
  try_result judge(slot& s, CURLcode code, call_batch& batch);
  try_result judge_failure(slot& s, CURLcode code);
  void count(call_result result, bool retried);
  void flush_counts();

  const std::string service_;
  const std::string url_;
  service_options options_;
  std::string credentials_;
  std::chrono::milliseconds window_;
  call_pump pump_;
  // Handles leave the pump before it ends.
  std::vector<slot> slots_;
  std::array<std::size_t, domain::call_results> counts_{};
  std::size_t retried_ = 0;
  /// The batch at hand has a gate.
  bool paced_ = false;
  std::uint32_t seed_;
};

} // namespace bankslip::services
