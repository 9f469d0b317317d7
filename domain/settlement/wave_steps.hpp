#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <caf/error.hpp>
#include <caf/expected.hpp>

#include "domain/settlement/mail_permit.hpp"
#include "domain/settlement/wave.hpp"
#include "domain/settlement/wave_rows.hpp"

/// The steps of a wave, in the order in which `settle_wave` takes them. Each is
/// in the file of its name.
namespace bankslip::domain {

/// Looks the rows up in the database: final ones become `settled`, others go on
/// from their stored content and slip.
caf::error check_rows(const wave_context& ctx, wave_rows& rows);

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
