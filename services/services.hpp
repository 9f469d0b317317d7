#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "domain/availability.hpp"
#include "domain/boleto/beneficiary.hpp"
#include "domain/ports.hpp"

/// The boleto service and the e-mail service: built-in mocks, HTTP, SMTP.
namespace bankslip::services {

struct service_options {
  /// Empty: built-in. `http://host:port`; for e-mail also
  /// `smtp://user:pass@host:port` and `smtps://`.
  std::string boleto_url;
  std::string email_url;
  /// How long the e-mail provider remembers a key.
  std::chrono::seconds idempotency_window{15 * 60};
  /// Calls in flight of one worker.
  int parallel_calls = 64;
  std::chrono::milliseconds connect_timeout{2'000};
  std::chrono::milliseconds call_timeout{10'000};
  /// Tries of one call inside its batch, the first included.
  int tries = 4;
  /// A breaker opens after so many failures in a row and tries again after
  /// `breaker_pause`.
  int breaker_failures = 20;
  std::chrono::milliseconds breaker_pause{1'000};
  /// Folder of the e-mail's templates; empty: the built-in ones.
  std::string template_dir;
  /// SMTP: attach the slip as PDF; require STARTTLS; sender.
  bool attach_pdf = true;
  bool starttls = false;
  std::string mail_from = "Boletos <boletos@example.com>";
  /// Who is paid: stands in the attached slip and the Pix code of built-in ones.
  domain::beneficiary beneficiary;
  /// Told when a breaker opens and closes.
  std::shared_ptr<domain::availability> seen = std::make_shared<domain::availability>();
};

/// Names the endpoint that is told of events.
struct webhook_options {
  /// WEBHOOK_URL; empty: nowhere.
  std::string url;
  /// WEBHOOK_SECRET: `whsec_…`; two, with a space between, while it is changed.
  std::string secret;
  /// Calls to addresses that are not public: tests, and receivers in the same network.
  bool allow_private = false;
  /// Calls in flight of one process.
  int parallel_calls = 8;
};

/// `invalid_input` names the option and what is allowed.
caf::error check_options(const service_options& options);
caf::error check_options(const webhook_options& options);

/// Built-in or HTTP, by `boleto_url`. One object per worker, not shared; the
/// circuit breakers are shared by all objects of the process.
std::unique_ptr<domain::boleto_service> make_boleto_service(const service_options& options);

/// Built-in, HTTP or SMTP, by `email_url`.
std::unique_ptr<domain::email_service> make_email_service(const service_options& options);

/// Calls the endpoint of `options`, which have been checked.
std::unique_ptr<domain::webhook_caller> make_webhook_caller(const webhook_options& options);

} // namespace bankslip::services
