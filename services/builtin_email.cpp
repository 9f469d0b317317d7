#include <thread>

#include "services/impl/builtin.hpp"
#include "services/impl/retry.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::services {

namespace {

class builtin_email final : public domain::email_service {
public:
  explicit builtin_email(std::chrono::seconds window) : window_{window} {}

  std::vector<domain::call_outcome> send(std::span<const domain::email_job> jobs,
                                         std::chrono::steady_clock::time_point deadline,
                                         domain::call_gate* gate) override {
    std::vector<domain::call_outcome> outcomes(jobs.size());
    std::size_t sent = 0;
    while (sent < jobs.size() && passes(gate, deadline))
      outcomes[sent++].result = domain::call_result::accepted;
    for (auto i = sent; i < jobs.size(); ++i)
      outcomes[i] = {
          domain::call_result::not_done, "no time or room for it in its batch", {}, false};
    if (sent > 0)
      telemetry::count_service_calls("email", to_string(domain::call_result::accepted), sent);
    return outcomes;
  }

  std::chrono::seconds idempotency_window() const override { return window_; }
  std::chrono::milliseconds longest_call() const override { return {}; }

  std::size_t max_wave() const override { return 100'000; }

  std::chrono::milliseconds paused_for() const override { return {}; }

private:
  /// Waits for its turn; false where that would take long, or longer than there is time.
  static bool passes(domain::call_gate* gate, std::chrono::steady_clock::time_point deadline) {
    using std::chrono::steady_clock;
    if (steady_clock::now() > deadline)
      return false;
    if (gate == nullptr)
      return true;
    for (auto hold = gate->start(); hold.count() > 0; hold = gate->start()) {
      if (hold > longest_hold || steady_clock::now() + hold > deadline)
        return false;
      std::this_thread::sleep_for(hold);
    }
    gate->ended(steady_clock::now(), std::nullopt);
    return true;
  }

  std::chrono::seconds window_;
};

} // namespace

std::unique_ptr<domain::email_service> make_builtin_email(std::chrono::seconds window) {
  return std::make_unique<builtin_email>(window);
}

} // namespace bankslip::services
