#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/debt.hpp"

/// Boleto and e-mail services; see `domain/ports.hpp` for what holds for all ports.
namespace bankslip::domain {

/// How a call of a service has ended.
enum class call_result : std::uint8_t {
  /// The service has done it.
  accepted,
  /// The service refuses this debt for good.
  refused,
  /// Certainly not done; a later call may succeed.
  not_done,
  /// The answer is missing: it may have been done.
  unclear,
  /// Certainly not done, since the service asks for a slower pace.
  too_fast,
};

inline constexpr std::size_t call_results = 5;

/// The value's name, which is also its label in metrics.
constexpr std::string_view to_string(call_result r) noexcept {
  constexpr std::array<std::string_view, call_results> names{"accepted", "refused", "not_done",
                                                             "unclear", "too_fast"};
  return names[static_cast<std::size_t>(r)];
}

struct call_outcome {
  call_result result = call_result::not_done;
  /// Why not; empty when accepted.
  std::string reason;
  /// With `too_fast`: how long the service wants to be left alone; zero: it did not say.
  std::chrono::milliseconds retry_after{0};
  /// False: no call was made, since the service is paused, wants a slower pace, or time ran out.
  bool begun = true;
};

/// A slip as a boleto service gives it.
struct slip {
  /// 47 digits.
  std::string linha_digitavel;
  /// JSON object with what the line does not say (nosso_numero, pix, pdf_url);
  /// empty for the built-in service, whose slips are functions of the debt.
  std::string details;
};

struct slip_outcome : call_outcome {
  /// Empty unless accepted.
  slip made;
};

/// One slip to make.
struct slip_job {
  const debt* content = nullptr;
  /// Header `traceparent` of the call; empty for none.
  std::string_view trace = {};
};

/// Makes slips. The same debt gives the same slip for ever: the call may be
/// repeated whatever its result, its key is the debt_id.
class boleto_service {
public:
  virtual ~boleto_service() = default;
  /// One outcome for each job, in order. Calls that were not made by
  /// `deadline` are `not_done`.
  virtual std::vector<slip_outcome> make_slips(std::span<const slip_job> jobs,
                                               std::chrono::steady_clock::time_point deadline) = 0;
  /// Whether a call costs nothing and cannot fail (built-in).
  virtual bool is_local() const = 0;
  /// Time until the circuit breaker lets calls through; zero when closed.
  virtual std::chrono::milliseconds paused_for() const = 0;
  /// Calls worth giving it at once: 1 after a pause, until one has shown that it is back.
  virtual std::size_t most_calls() const { return SIZE_MAX; }
};

/// One e-mail to send.
struct email_job {
  const debt* content = nullptr;
  std::string_view linha_digitavel;
  /// JSON of `slip::details`; may be empty.
  std::string_view slip_details;
  int attempt = 1;
  /// Header `traceparent` of the call; empty for none.
  std::string_view trace = {};
};

/// Says when calls may start, so that they keep a pace. Thread-safe.
class call_gate {
public:
  using time_point = std::chrono::steady_clock::time_point;

  virtual ~call_gate() = default;
  /// Zero: a call may start now, and is counted. Else when to ask again.
  virtual std::chrono::nanoseconds start() = 0;
  /// Tells that a call which started at `started` has ended. `too_fast`: the service found it
  /// so, and wants to be left alone for that long; zero: it did not say how long.
  virtual void ended(time_point started, std::optional<std::chrono::milliseconds> too_fast) = 0;
};

/// Sends e-mails. The key of a call is `idempotency_key(debt_id, attempt)`.
class email_service {
public:
  virtual ~email_service() = default;
  /// One outcome for each job, in order. No call is started after `deadline`, nor before `gate`
  /// lets it, be it the first one for its e-mail or a repeated one. A long wait there ends the
  /// batch, and so does a service that asks for a slower pace. Null: calls start as fast as
  /// they can, and that service is asked again within the batch.
  virtual std::vector<call_outcome> send(std::span<const email_job> jobs,
                                         std::chrono::steady_clock::time_point deadline,
                                         call_gate* gate) = 0;
  /// How long the provider remembers a key; zero: it has no such keys.
  virtual std::chrono::seconds idempotency_window() const = 0;
  /// How long after its start a call may still send the e-mail.
  virtual std::chrono::milliseconds longest_call() const = 0;
  /// Most e-mails that may be under way unrecorded (small for SMTP).
  virtual std::size_t max_wave() const = 0;
  /// Time until the circuit breaker lets calls through; zero when closed.
  virtual std::chrono::milliseconds paused_for() const = 0;
  /// Calls worth giving it at once: 1 after a pause, until one has shown that it is back.
  virtual std::size_t most_calls() const { return SIZE_MAX; }
};

} // namespace bankslip::domain
