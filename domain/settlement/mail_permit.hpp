#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string_view>

#include "domain/mail_leave.hpp"

namespace bankslip::domain {

/// Leave to send the e-mails of a wave, and the gate of its calls; ends with the wave, which
/// then keeps nobody else waiting. Without a `mail_leave` all goes at once.
class mail_permit final : public call_gate {
public:
  using millis = std::chrono::milliseconds;

  explicit mail_permit(mail_leave* leave) : leave_{leave} {}
  ~mail_permit() override { release(waiting_); }
  mail_permit(const mail_permit&) = delete;
  mail_permit& operator=(const mail_permit&) = delete;

  /// How many of `wanted` e-mails may be prepared.
  std::size_t take(std::size_t wanted) {
    if (leave_ == nullptr || wanted == 0)
      return wanted;
    const auto grant = leave_->take(wanted);
    waiting_ = grant.count;
    if (grant.count == 0)
      wait_ = std::max(grant.wait, short_wait);
    return grant.count;
  }

  /// Whether one of them may go to this address.
  bool admits(std::string_view address) {
    const auto wait = leave_ == nullptr ? millis{0} : leave_->take_domain(address);
    if (wait.count() > 0)
      domain_wait_ = std::min(domain_wait_.value_or(wait), wait);
    return wait.count() == 0;
  }

  /// More is to be sent than leave was given for.
  void is_short() { is_short_ = true; }

  /// No more than `count` of those taken are sent.
  void keep(std::size_t count) { release(waiting_ - std::min(waiting_, count)); }

  /// Null where nothing holds the calls back.
  call_gate* gate() noexcept { return leave_ == nullptr ? nullptr : this; }

  std::chrono::nanoseconds start() override {
    const auto wait = leave_->start();
    if (wait.count() == 0)
      release(1);
    return wait;
  }

  void ended(time_point started, std::optional<millis> too_fast) override {
    leave_->ended(started, too_fast);
  }

  /// Some were not begun, since the service has to be left alone for a while.
  void left_alone(millis pause) { wait_ = std::max({wait_, pause, short_wait}); }

  /// Some came too fast for a provider that asked for `pause`; where leave is given, that
  /// says how long to wait.
  void too_fast(millis pause) { wait_ = std::max(wait_, leave_ != nullptr ? short_wait : pause); }

  /// When to go on with what is left; zero: at once.
  millis wait() const noexcept {
    return wait_.count() > 0 || is_short_ ? wait_ : domain_wait_.value_or(wait_);
  }

private:
  void release(std::size_t count) {
    std::lock_guard guard{mutex_};
    count = std::min(count, waiting_);
    waiting_ -= count;
    if (count > 0)
      leave_->release(count);
  }

  /// Asks not too often; what is asked for is looked up in the database each time.
  static constexpr millis short_wait{5};

  mail_leave* leave_;
  /// Counts those taken whose calls have not started. A service may start calls on
  /// several threads.
  std::mutex mutex_;
  std::size_t waiting_ = 0;
  millis wait_{0};
  /// The first domain's that has none left, and whether others could go at once.
  std::optional<millis> domain_wait_;
  bool is_short_ = false;
};

} // namespace bankslip::domain
