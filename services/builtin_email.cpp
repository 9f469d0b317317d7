#include "services/impl/builtin.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::services {

namespace {

class builtin_email final : public domain::email_service {
public:
  explicit builtin_email(std::chrono::seconds window) : window_{window} {}

  std::vector<domain::call_outcome> send(std::span<const domain::email_job> jobs,
                                         std::chrono::steady_clock::time_point deadline) override {
    std::vector<domain::call_outcome> outcomes(jobs.size());
    if (std::chrono::steady_clock::now() > deadline) {
      for (auto& o : outcomes)
        o.reason = "the time for this batch's e-mails was over";
      return outcomes;
    }
    for (auto& o : outcomes)
      o.result = domain::call_result::accepted;
    telemetry::count_service_calls("email", to_string(domain::call_result::accepted), jobs.size());
    return outcomes;
  }

  std::chrono::seconds idempotency_window() const override { return window_; }
  std::chrono::milliseconds longest_call() const override { return {}; }

  std::size_t max_wave() const override { return 100'000; }

  std::chrono::milliseconds paused_for() const override { return {}; }

private:
  std::chrono::seconds window_;
};

} // namespace

std::unique_ptr<domain::email_service> make_builtin_email(std::chrono::seconds window) {
  return std::make_unique<builtin_email>(window);
}

} // namespace bankslip::services
