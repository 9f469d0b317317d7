#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/impl/call_pump.hpp"
#include "services/impl/smtp_session.hpp"
#include "services/services.hpp"

namespace bankslip::services {

/// Hands messages to one SMTP server over a few kept connections at once.
/// A message that may have been taken is never handed over again. One thread.
class smtp_sender {
public:
  /// `from`: the envelope's sender. At most `connections` at once.
  smtp_sender(const service_options& options, std::string from, int connections);

  /// Writes message `i` and names its reader.
  using writer = std::function<void(std::size_t i, std::string& to, std::string& message)>;

  /// One outcome for each of `n` messages. None is started after `deadline`; `gate`: as of
  /// `domain::email_service::send`.
  std::vector<call_outcome> send(std::size_t n, const writer& write,
                                 std::chrono::steady_clock::time_point deadline,
                                 domain::call_gate* gate);

  std::chrono::milliseconds paused_for() const { return pump_.breaker().paused_for(); }
  std::size_t most_calls() const { return pump_.breaker().most_calls(); }

  std::chrono::nanoseconds idle() const noexcept { return pump_.idle(); }

  /// Whether the server has refused a connection as one too many since the last call. Fewer
  /// are used from then on.
  bool was_too_many() { return std::exchange(was_too_many_, false); }

private:
  struct slot {
    easy_handle handle;
    string_list to;
    std::string message;
    std::size_t read = 0;
    smtp_session session;
    std::size_t job = 0;
  };

  static std::size_t on_read(char* to, std::size_t size, std::size_t n, void* self);
  static int on_debug(CURL*, curl_infotype type, char* data, std::size_t size, void* self);

  void set_up(slot& s, const service_options& options);
  CURL* start(slot& s, std::size_t job, const writer& write);
  std::optional<std::chrono::milliseconds> finish(slot& s, CURLcode code, call_queue& queue,
                                                  bool paced);

  const std::string url_;
  const std::string from_;
  std::string user_;
  std::string password_;
  const int tries_;
  std::size_t connections_;
  bool was_too_many_ = false;
  call_pump pump_;
  // Handles leave the pump before it ends.
  std::vector<slot> slots_;
  std::uint32_t seed_;
};

} // namespace bankslip::services
