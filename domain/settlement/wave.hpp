#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <caf/expected.hpp>

#include "domain/mail_leave.hpp"
#include "domain/ports.hpp"
#include "domain/settlement/settler.hpp"
#include "domain/settlement/wave_records.hpp"

namespace bankslip::domain {

/// Ports, settings and memory that the waves of a settler share.
struct wave_context {
  settlement_store& store;
  boleto_service& boletos;
  email_service& emails;
  const clock& time;
  settle_observer& observer;
  const settle_options& options;
  /// Holds the rows that a check finds.
  found_debts& found;
  /// Collects intents under which nothing was started but which could not be removed.
  std::vector<std::int64_t>& empty_intents;
  /// Null: e-mails go out as fast as they can.
  mail_leave* leave;
  /// E-mails that a wave of the mail stage may send.
  std::size_t most_mails;
  /// Calls for an e-mail, one behind the other, that the service was away for or found too
  /// fast; of the mail stage, by debt_id.
  std::map<std::string, int>& hold_ups;

  bool is(settle_part part) const noexcept { return options.part == part; }
  /// The lane's number in intents and counters.
  std::int32_t lane(std::int32_t partition) const noexcept {
    return is(settle_part::mails) ? mail_lane(partition) : partition;
  }
};

/// How a wave writes its new rows.
enum class write_way : std::uint8_t {
  /// COPY, in the hope that no key is known.
  copy,
  /// COPY of the keys that a check has not found.
  check_copy,
  /// The same, but a key that somebody else writes meanwhile is no conflict.
  check_insert,
};

/// How a wave is to be done.
struct wave_plan {
  write_way way = write_way::copy;
  /// This process tried its first record before and failed by a value.
  bool repeated = false;
  /// Set: the wave's only record is written off for this reason.
  const dead_letter_reason* given_up = nullptr;
};

/// How the end of a wave looks to the settler.
enum class wave_end : std::uint8_t {
  settled,
  /// Somebody else wrote or changed one of its rows: again, with a check first.
  check_first,
  /// Too large for a range that has killed a worker or the process before.
  too_large,
  /// This one record has killed its process again and again.
  poisonous,
};

struct wave_result {
  wave_end end = wave_end::settled;
  settle_report report;
  /// Time that the services took.
  std::chrono::nanoseconds service_time{0};
  /// Rows that `too_large` allows.
  std::size_t allowed_rows = 0;
  /// Records of a settled wave before the first that could not be mailed yet.
  std::size_t settled = 0;
  /// Rows that were to be mailed, and those that leave was given for.
  std::size_t wanted = 0;
  std::size_t granted = 0;
  /// When to go on with the rest; zero: at once.
  std::chrono::milliseconds wait{0};
};

/// Settles `records` under one intent, in one transaction. An error means that
/// nothing of them is settled; e-mails may have gone out then, which the intent
/// tells. The caller's thread; blocks as long as the ports do.
caf::expected<wave_result> settle_wave(const wave_context& ctx, const wave_records& records,
                                       const wave_plan& plan);

} // namespace bankslip::domain
