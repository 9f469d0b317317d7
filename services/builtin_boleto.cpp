#include "domain/boleto/builtin_slip.hpp"
#include "domain/settlement/prefetch.hpp"
#include "services/impl/builtin.hpp"

namespace bankslip::services {

namespace {

/// The mock bank: makes slips by the pure rules, never fails, never waits.
class builtin_boleto final : public domain::boleto_service {
public:
  std::vector<domain::slip_outcome> make_slips(std::span<const domain::slip_job> jobs,
                                               std::chrono::steady_clock::time_point) override {
    std::vector<domain::slip_outcome> outcomes(jobs.size());
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      domain::prefetch_debts(
          i, jobs.size(), [&](auto n) -> auto& { return *jobs[n].content; },
          &domain::debt::debt_id);
      outcomes[i].result = domain::call_result::accepted;
      domain::append_builtin_line(outcomes[i].made.linha_digitavel, *jobs[i].content);
    }
    return outcomes;
  }

  bool is_local() const override { return true; }

  std::chrono::milliseconds paused_for() const override { return {}; }
};

} // namespace

std::unique_ptr<domain::boleto_service> make_builtin_boleto() {
  return std::make_unique<builtin_boleto>();
}

} // namespace bankslip::services
