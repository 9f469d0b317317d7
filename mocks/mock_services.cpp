#include "mocks/mock_services.hpp"

#include <csignal>
#include <ctime>
#include <pthread.h>

#include "domain/error.hpp"
#include "mocks/impl/mock_endpoint.hpp"
#include "telemetry/log.hpp"

namespace bankslip::mocks {

namespace {

class running_mocks final : public mock_services {
public:
  running_mocks(std::unique_ptr<mock_endpoint> boleto, std::unique_ptr<mock_endpoint> email)
      : boleto_{std::move(boleto)}, email_{std::move(email)} {}

  ~running_mocks() override { server_.stop(); }

  caf::error open(const mock_options& o) {
    if (auto e = listen(o.host, o.boleto_port, *boleto_, boleto_listener_))
      return e;
    if (auto e = listen(o.host, o.email_port, *email_, email_listener_))
      return e;
    server_.start([this] { return boleto_->flush() && email_->flush(); });
    return {};
  }

  int boleto_port() const override { return server_.port(boleto_listener_); }
  int email_port() const override { return server_.port(email_listener_); }
  void stop() override { server_.stop(); }
  bool failed() const noexcept { return server_.failed(); }

private:
  caf::error listen(const std::string& host, int port, mock_endpoint& to, std::size_t& listener) {
    auto got = server_.listen(
        host, port, [&to](const http_request& r, reply_plan& plan) { to.handle(r, plan); });
    if (!got)
      return got.error();
    listener = *got;
    to.refuse_for = [this, at = *got](std::chrono::milliseconds span) {
      server_.refuse_for(at, span);
    };
    return {};
  }

  std::unique_ptr<mock_endpoint> boleto_;
  std::unique_ptr<mock_endpoint> email_;
  std::size_t boleto_listener_ = 0;
  std::size_t email_listener_ = 0;
  // Ends before the endpoints that it calls.
  event_server server_;
};

caf::expected<std::unique_ptr<running_mocks>> start(const mock_options& o) {
  fault_settings settings;
  settings.latency_min = o.latency_min;
  settings.latency_max = std::max(o.latency_min, o.latency_max);
  settings.seed = o.seed;
  if (!o.faults.empty()) {
    mock_faults first{settings};
    if (auto changed = first.change(o.faults); !changed)
      return changed.error();
    settings = first.settings();
  }
  settings.window = o.boleto_window;
  auto slips = mock_ledger::open(o.ledger + ".boleto");
  if (!slips)
    return slips.error();
  auto mails = mock_ledger::open(o.ledger + ".email");
  if (!mails)
    return mails.error();
  auto boleto = std::make_unique<mock_endpoint>("/boletos", 201, read_boleto_order,
                                                std::move(*slips), settings);
  settings.window = o.email_window;
  if (o.email_rate > 0)
    settings.calls_per_second = o.email_rate;
  auto email = std::make_unique<mock_endpoint>("/emails", 202, read_email_order, std::move(*mails),
                                               settings);
  auto out = std::make_unique<running_mocks>(std::move(boleto), std::move(email));
  if (auto e = out->open(o))
    return e;
  return out;
}

} // namespace

caf::expected<std::unique_ptr<mock_services>> start_mock_services(const mock_options& options) {
  auto started = start(options);
  if (!started)
    return started.error();
  return std::unique_ptr<mock_services>{std::move(*started)};
}

int run_mock_services(const mock_options& options) {
  // The server's thread inherits the mask: only this one takes the signals.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  auto mocks = start(options);
  if (!mocks) {
    telemetry::log_error(domain::text_of(mocks.error()));
    return 1;
  }
  telemetry::log_info("mock services are running", {{"boleto_port", (*mocks)->boleto_port()},
                                                    {"email_port", (*mocks)->email_port()},
                                                    {"ledger", options.ledger}});
  timespec second{1, 0};
  while (sigtimedwait(&signals, nullptr, &second) < 0)
    if ((*mocks)->failed())
      return 1;
  (*mocks)->stop();
  return 0;
}

} // namespace bankslip::mocks
