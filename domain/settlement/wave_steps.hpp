#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <caf/error.hpp>
#include <caf/expected.hpp>

#include "domain/settlement/wave.hpp"
#include "domain/settlement/wave_rows.hpp"

/// The steps of a wave, in the order in which `settle_wave` takes them. Each is
/// in the file of its name.
namespace bankslip::domain {

/// Looks the rows up in the database: final ones become `settled`, others go on
/// from their stored content and slip.
caf::error check_rows(const wave_context& ctx, wave_rows& rows);

/// Leave to send the e-mails of a wave; what was not used of it is given back at its end.
class mail_permit {
public:
  explicit mail_permit(mail_leave* leave) : leave_{leave} {}
  ~mail_permit() {
    if (leave_ != nullptr && unused_ > 0)
      leave_->give_back(grant_, unused_);
  }
  mail_permit(const mail_permit&) = delete;
  mail_permit& operator=(const mail_permit&) = delete;

  /// How many of `wanted` e-mails may go out.
  std::size_t take(std::size_t wanted) {
    if (leave_ == nullptr || wanted == 0)
      return wanted;
    grant_ = leave_->take(wanted);
    unused_ = grant_.count;
    if (unused_ == 0)
      wait_ = std::max(grant_.wait, short_wait);
    return unused_;
  }
  /// Whether one of them may go to this address.
  bool admits(std::string_view address) {
    const auto wait = leave_ == nullptr ? wait_.zero() : leave_->take_domain(address);
    if (wait.count() > 0)
      domain_wait_ = std::min(domain_wait_.value_or(wait), wait);
    return wait.count() == 0;
  }
  /// More is to be sent than leave was given for.
  void is_short() { is_short_ = true; }
  /// That many are sent.
  void use(std::size_t count) { unused_ -= std::min(unused_, count); }
  /// That many of them were not begun, since the service has to be left alone for a while.
  void put_back(std::size_t count, std::chrono::milliseconds pause) {
    if (leave_ != nullptr)
      unused_ += count;
    wait_ = std::max({wait_, pause, short_wait});
  }
  /// So many came too fast for the provider.
  void learn(std::size_t sent, std::size_t too_fast, std::chrono::milliseconds retry_after,
             std::chrono::milliseconds pause) {
    if (leave_ != nullptr)
      leave_->learn(grant_, sent, too_fast, retry_after);
    if (too_fast > 0)
      wait_ = std::max(wait_, leave_ != nullptr ? short_wait : std::max(retry_after, pause));
  }
  /// When to go on with what is left; zero: at once.
  std::chrono::milliseconds wait() const noexcept {
    return wait_.count() > 0 || is_short_ ? wait_ : domain_wait_.value_or(wait_);
  }

private:
  /// Asks not too often; what is asked for is looked up in the database each time.
  static constexpr std::chrono::milliseconds short_wait{5};
  mail_leave* leave_;
  pace_grant grant_;
  std::size_t unused_ = 0;
  std::chrono::milliseconds wait_{0};
  /// The first domain's that has none left, and whether others could go at once.
  std::optional<std::chrono::milliseconds> domain_wait_;
  bool is_short_ = false;
};

/// Takes leave for the rows that are to be mailed, the first records first; the others are
/// `left`. `result` tells how many. False where nothing can be settled.
bool take_leave(const wave_context& ctx, wave_rows& rows, mail_permit& permit, wave_result& result);

/// Index of the first record whose row is `left`; that of the end if there is none.
std::size_t first_left(const wave_rows& rows);

/// The intent of a wave, and what was started under it.
struct wave_intent {
  /// 0: there is none, since nothing goes on, the record is given up, or it was refused.
  std::int64_t id = 0;
  utc_time opened_at{};
  std::chrono::steady_clock::time_point began{};
  /// Ascending fingerprints of the rows that go on, each with its index.
  std::vector<std::pair<fingerprint, std::uint32_t>> attempts;
  /// Set where the intent was refused: how many rows may be tried together.
  std::optional<std::size_t> allowed_rows;
  bool emails_started = false;
};

/// Commits the intent of the rows that go on.
caf::expected<wave_intent> open_intent(const wave_context& ctx, const wave_rows& rows,
                                       const wave_plan& plan);

/// Gets slips for the rows without one, and ends those that are unfit or given
/// up. No call is started later than half of the lease after `began`. Returns
/// the time that the service took.
std::chrono::nanoseconds make_slips(const wave_context& ctx, wave_rows& rows,
                                    const dead_letter_reason* given_up,
                                    std::chrono::steady_clock::time_point began);

enum class write_end : std::uint8_t {
  /// The transaction is open and holds the keys of all rows that are not settled.
  written,
  /// Somebody else wrote, changed or deleted one of the rows; to be rolled back.
  overtaken,
};

/// Begins the transaction, reads how the uploads stand, writes new rows as what they are hoped to
/// become and locks the others; rows that turn out to be final become `settled`.
caf::expected<write_end> write_rows(const wave_context& ctx, wave_rows& rows, write_way way,
                                    std::int64_t intent_id);

/// Reads the intents of others, and decides by them which e-mails may be sent.
/// `contended`: one may be under way by another owner.
caf::error weigh_earlier_tries(const wave_context& ctx, wave_rows& rows, const wave_intent& intent);

/// Sends the e-mails, none later than 4/5 of the lease. Those that come too fast for the
/// provider, and those that are not begun, are `left` by the mail stage. Returns the time
/// that the service took.
std::chrono::nanoseconds send_emails(const wave_context& ctx, wave_rows& rows, wave_intent& intent,
                                     mail_permit& permit);

/// Stores every row's end, counters, problems and outbox entries, removes the
/// intent and commits. The first `settled` records are settled then.
caf::expected<settle_report> finish_wave(const wave_context& ctx, const wave_rows& rows,
                                         const wave_plan& plan, std::int64_t intent_id,
                                         std::size_t settled);

} // namespace bankslip::domain
