#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "domain/mail_leave.hpp"

namespace bankslip::sim {

/// Knows for which e-mails each process had leave, and when, and judges whether they kept to
/// EMAIL_RATE: no process may send more than all together in any second, whatever part of
/// the rate is its own.
class rate_audit {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit rate_audit(double rate) : rate_{rate} {}

  void sent(int process, time_point granted, std::size_t count) {
    grants_[process].emplace_back(granted, count);
  }

  /// Empty: they did.
  std::string fault() const;

private:
  double rate_;
  std::map<int, std::vector<std::pair<time_point, std::size_t>>> grants_;
};

/// Tells `audit` what becomes of the leave that `leave` gives to a process.
std::shared_ptr<domain::mail_leave> audited(int process, std::shared_ptr<domain::mail_leave> leave,
                                            std::shared_ptr<rate_audit> audit);

} // namespace bankslip::sim
