#include "tests/sim/rate_audit.hpp"

#include <algorithm>

namespace bankslip::sim {

namespace {

class audited_leave final : public domain::mail_leave {
public:
  audited_leave(int process, std::shared_ptr<domain::mail_leave> leave,
                std::shared_ptr<rate_audit> audit)
      : process_{process}, leave_{std::move(leave)}, audit_{std::move(audit)} {}

  domain::pace_grant take(std::size_t wanted) override { return leave_->take(wanted); }
  millis take_domain(std::string_view address) override { return leave_->take_domain(address); }
  void give_back(const domain::pace_grant& grant, std::size_t count) override {
    leave_->give_back(grant, count);
  }
  void learn(const domain::pace_grant& grant, std::size_t sent, std::size_t too_fast,
             millis retry_after) override {
    audit_->sent(process_, grant.granted_at, sent);
    leave_->learn(grant, sent, too_fast, retry_after);
  }

private:
  int process_;
  std::shared_ptr<domain::mail_leave> leave_;
  std::shared_ptr<rate_audit> audit_;
};

} // namespace

std::string rate_audit::fault() const {
  for (auto [process, all] : grants_) {
    // Of a part of a second one more may begin.
    const auto most = [&](std::chrono::duration<double> span) {
      return rate_ * (span.count() + 1) + 1;
    };
    std::ranges::sort(all);
    for (auto first = all.begin(); first != all.end(); ++first) {
      double count = 0;
      for (auto last = first; last != all.end(); ++last) {
        count += static_cast<double>(last->second);
        if (count > most(last->first - first->first))
          return "process " + std::to_string(process) + " sent "
                 + std::to_string(static_cast<int>(count)) + " e-mails faster than "
                 + std::to_string(static_cast<int>(rate_)) + " a second";
      }
    }
  }
  return {};
}

std::shared_ptr<domain::mail_leave> audited(int process, std::shared_ptr<domain::mail_leave> leave,
                                            std::shared_ptr<rate_audit> audit) {
  return std::make_shared<audited_leave>(process, std::move(leave), std::move(audit));
}

} // namespace bankslip::sim
