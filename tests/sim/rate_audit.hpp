#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "domain/mail_leave.hpp"
#include "domain/time.hpp"

namespace bankslip::sim {

/// Knows when each process had leave for a call, and judges whether they kept to
/// EMAIL_RATE: no process may send more than all together in any second, whatever part of
/// the rate is its own.
class rate_audit {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit rate_audit(double rate) : rate_{rate} {}

  void started(int process, time_point at) { calls_[process].push_back(at); }

  /// Empty: they did.
  std::string fault() const;

private:
  double rate_;
  std::map<int, std::vector<time_point>> calls_;
};

/// Tells `audit` which calls of a process `leave` lets start; `time` must outlive it.
std::shared_ptr<domain::mail_leave> audited(int process, std::shared_ptr<domain::mail_leave> leave,
                                            std::shared_ptr<rate_audit> audit,
                                            const domain::clock& time);

} // namespace bankslip::sim
