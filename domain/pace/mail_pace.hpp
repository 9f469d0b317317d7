#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "domain/mail_leave.hpp"
#include "domain/pace/domain_rates.hpp"
#include "domain/pace/rate_finder.hpp"
#include "domain/pace/send_budget.hpp"
#include "domain/pace/send_schedule.hpp"
#include "domain/time.hpp"

namespace bankslip::domain {

struct pace_options {
  /// EMAIL_RATE: messages a second of the whole consumer group; 0: found out from what the
  /// provider refuses.
  double rate = 0;
  /// EMAIL_BURST: most messages that the group sends at once after a time with fewer; 0: one
  /// second's worth. Smaller for a provider that wants them evenly spread.
  double burst = 0;
  send_schedule schedule;
  domain_rates domains;
};

/// Says what holds the pace down.
enum class pace_limit : std::uint8_t {
  /// Nothing so far: the provider has not refused anything.
  none,
  /// EMAIL_RATE.
  setting,
  /// The rate found from what the provider refused.
  provider,
  /// The provider has asked for a pause.
  retry_after,
  /// EMAIL_SCHEDULE: it is closed now.
  schedule,
};

std::string_view to_string(pace_limit limit) noexcept;

struct pace_view {
  /// Messages a second that went, in the last ten seconds.
  double rate = 0;
  /// Messages a second that this process may send; 0: no limit is known.
  double allowed = 0;
  pace_limit limit = pace_limit::none;
  /// When it goes on, with `retry_after` and `schedule`.
  std::optional<utc_time> until;
};

/// The pace of the e-mails of one process. A provider's "too fast" lowers the rate and is no
/// failure. Thread-safe: all workers share one.
class mail_pace final : public mail_leave {
public:
  /// `time` must outlive this.
  mail_pace(pace_options options, const clock& time);

  /// This process has `owned` of the `total` partitions, so that part of the group's rate.
  /// Before the first call it has all; with none it keeps what it had.
  void share(std::size_t owned, std::size_t total);

  /// Leave is given for some at a time, so that a wave is worth its transaction, and for no
  /// more than can start within a quarter of a second.
  pace_grant take(std::size_t wanted) override;
  void release(std::size_t count) override;
  /// By EMAIL_DOMAIN_RATE.
  millis take_domain(std::string_view address) override;
  /// One at a time, and no more than a second's worth in any second.
  std::chrono::nanoseconds start() override;
  void ended(time_point started, std::optional<millis> too_fast) override;

  pace_view view() const;

private:
  /// Counts the messages that the provider took in the last seconds of its clock.
  class meter {
  public:
    void add(utc_time at);
    double rate(utc_time now) const;
    /// Most of one second, of that of `at` and the one before.
    std::size_t most(utc_time at) const;

  private:
    std::size_t of(std::int64_t second) const;

    static constexpr std::int64_t seconds = 10;
    std::map<std::int64_t, std::size_t> by_second_;
  };

  void note_delay(time_point started, time_point now);
  void refused(time_point started, millis asked, time_point now);
  void fit_budget(time_point now);
  void fit_domains(time_point now);
  double most() const noexcept;

  const pace_options options_;
  const clock& time_;
  mutable std::mutex mutex_;
  double part_ = 1;
  rate_finder finder_;
  send_budget budget_;
  std::map<std::string, send_budget, std::less<>> domains_;
  /// Messages that were granted and whose calls have not started.
  std::size_t waiting_ = 0;
  /// About the least that a call takes; negative: none has ended.
  std::chrono::nanoseconds quickest_{-1};
  time_point paused_until_{};
  utc_time refused_at_{};
  meter taken_;
};

} // namespace bankslip::domain
