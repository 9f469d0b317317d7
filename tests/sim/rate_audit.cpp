#include "tests/sim/rate_audit.hpp"

#include <algorithm>

namespace bankslip::sim {

namespace {

class audited_leave final : public domain::mail_leave {
public:
  audited_leave(int process, std::shared_ptr<domain::mail_leave> leave,
                std::shared_ptr<rate_audit> audit, const domain::clock& time)
      : process_{process}, leave_{std::move(leave)}, audit_{std::move(audit)}, time_{time} {}

  domain::pace_grant take(std::size_t wanted) override { return leave_->take(wanted); }
  void release(std::size_t count) override { leave_->release(count); }
  millis take_domain(std::string_view address) override { return leave_->take_domain(address); }
  std::chrono::nanoseconds start() override {
    const auto hold = leave_->start();
    if (hold.count() == 0)
      audit_->started(process_, time_.steady_now());
    return hold;
  }
  void ended(time_point started, std::optional<millis> too_fast) override {
    leave_->ended(started, too_fast);
  }

private:
  int process_;
  std::shared_ptr<domain::mail_leave> leave_;
  std::shared_ptr<rate_audit> audit_;
  const domain::clock& time_;
};

} // namespace

std::string rate_audit::fault() const {
  const auto most = static_cast<std::ptrdiff_t>(rate_);
  for (auto [process, all] : calls_) {
    std::ranges::sort(all);
    for (auto one = all.begin(); all.end() - one > most; ++one)
      if (one[most] - *one < std::chrono::seconds{1})
        return "process " + std::to_string(process) + " began more than " + std::to_string(most)
               + " e-mails in a second";
  }
  return {};
}

std::shared_ptr<domain::mail_leave> audited(int process, std::shared_ptr<domain::mail_leave> leave,
                                            std::shared_ptr<rate_audit> audit,
                                            const domain::clock& time) {
  return std::make_shared<audited_leave>(process, std::move(leave), std::move(audit), time);
}

} // namespace bankslip::sim
