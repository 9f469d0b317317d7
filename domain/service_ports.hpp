#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/debt.hpp"

/// Boleto and e-mail services; see `domain/ports.hpp` for what holds for all ports.
namespace bankslip::domain {

/// A slip as a boleto service gives it.
struct slip {
  /// 47 digits.
  std::string linha_digitavel;
  /// JSON object with what the line does not say (nosso_numero, pix, pdf_url);
  /// empty for the built-in service, whose slips are functions of the debt.
  std::string details;
};

enum class slip_result : std::uint8_t {
  made,
  /// The service refuses this debt for good.
  refused,
  /// No answer now; the same call may be made again.
  unavailable,
};

struct slip_outcome {
  slip_result result = slip_result::unavailable;
  slip made;
  /// Why not; empty when made.
  std::string reason;
};

/// Makes slips. The same debt gives the same slip for ever: the call may be
/// repeated, its key is the debt_id.
class boleto_service {
public:
  virtual ~boleto_service() = default;
  /// One outcome for each debt, in order. Calls that were not made by
  /// `deadline` are `unavailable`.
  virtual std::vector<slip_outcome> make_slips(std::span<const debt* const> debts,
                                               std::chrono::steady_clock::time_point deadline) = 0;
  /// Whether a call costs nothing and cannot fail (built-in).
  virtual bool is_local() const = 0;
  /// Time until the circuit breaker lets calls through; zero when closed.
  virtual std::chrono::milliseconds paused_for() const = 0;
};

/// One e-mail to send.
struct email_job {
  const debt* content = nullptr;
  std::string_view linha_digitavel;
  /// JSON of `slip::details`; may be empty.
  std::string_view slip_details;
  int attempt = 1;
};

enum class email_result : std::uint8_t {
  /// The service has taken it.
  sent,
  /// Refused for good (no such address …).
  refused,
  /// Certainly not sent; may be sent later.
  not_sent,
  /// May have been sent: the answer is missing.
  unknown,
};

struct email_outcome {
  email_result result = email_result::not_sent;
  /// Why not; empty when sent.
  std::string reason;
};

/// Sends e-mails. The key of a call is `idempotency_key(debt_id, attempt)`.
class email_service {
public:
  virtual ~email_service() = default;
  /// One outcome for each job, in order. No call is started after `deadline`.
  virtual std::vector<email_outcome> send(std::span<const email_job> jobs,
                                          std::chrono::steady_clock::time_point deadline) = 0;
  /// How long the provider remembers a key; zero: it has no such keys.
  virtual std::chrono::seconds idempotency_window() const = 0;
  /// Most e-mails that may be under way unrecorded (small for SMTP).
  virtual std::size_t max_wave() const = 0;
  /// Time until the circuit breaker lets calls through; zero when closed.
  virtual std::chrono::milliseconds paused_for() const = 0;
};

} // namespace bankslip::domain
