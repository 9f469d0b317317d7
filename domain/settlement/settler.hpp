#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <caf/error.hpp>
#include <caf/expected.hpp>

#include "domain/ports.hpp"
#include "domain/records.hpp"
#include "domain/validation_policy.hpp"

namespace bankslip::domain {

struct wave_context;
struct wave_result;
class mail_leave;
class wave_records;
enum class write_way : std::uint8_t;

/// The steps of settling, in their order.
enum class settle_stage : std::uint8_t { decode, check, intent, slips, write, emails, finish };

constexpr std::string_view to_string(settle_stage s) noexcept {
  constexpr std::array<std::string_view, 7> names{"decode", "check",  "intent", "slips",
                                                  "write",  "emails", "finish"};
  static_assert(names.size() == static_cast<std::size_t>(settle_stage::finish) + 1);
  return names[static_cast<std::size_t>(s)];
}

/// The part of settling that a settler does.
enum class settle_part : std::uint8_t {
  /// All of it.
  whole,
  /// Rows get their slips and stay `generated`: their e-mails are the mail stage's.
  slips,
  /// The mail stage: e-mails of stored rows that have their slips. A record whose row has
  /// none, or is at its end, is passed by.
  mails,
};

struct settle_options {
  settle_part part = settle_part::whole;
  /// Most rows of one intent and transaction.
  std::size_t max_rows = 14000;
  /// No e-mail is started later than this after its intent began. Longer: slow
  /// services get larger waves. Shorter: a zombie's rows are freed sooner.
  std::chrono::milliseconds lease{30'000};
  /// Rows of a wave are chosen so that its service calls take about this long.
  std::chrono::milliseconds wave_target{4'000};
  /// A call that has taken so long ends after its wave, so that it can be told from
  /// one that hangs, and a stop does not wait for a whole batch of a slow service.
  std::chrono::milliseconds turn{1'000};
  /// Delay of the first repetition of an e-mail or slip that was put off;
  /// doubles each time, up to one hour.
  std::chrono::milliseconds put_off{30'000};
  /// After so many the row is given up.
  int max_put_offs = 20;
  /// How long the mail stage waits where the provider asks for a slower pace, does not say
  /// how long, and nobody gives leave.
  std::chrono::milliseconds pace_pause{1'000};
  /// Decides which messages are let in that came neither from a file nor by POST:
  /// those were looked at where they came in.
  validation_policy policy;
  /// After a COPY met a known key, so many waves are checked before writing.
  int check_after_conflict = 16;
  /// Which states of debts are told.
  event_set events;
};

/// Counts what became of the records of a wave, whether an upload counts them or not.
struct settle_report : upload_counters {
  std::size_t records = 0;
  /// Slip or e-mail will be tried again later, by way of the outbox.
  std::size_t put_off = 0;
  /// Why the first of these was put off.
  std::string put_off_reason;
  /// Not a debt; on the dead-letter topic.
  std::size_t unreadable = 0;
};

/// Told how far settling is; for measuring, and to know where a crash fell.
class settle_observer {
public:
  virtual ~settle_observer() = default;
  virtual void on_stage(settle_stage begins) = 0;
  /// A debt is let in though its governmentId has wrong check digits.
  virtual void on_suspect(const debt& d) { static_cast<void>(d); }
  /// A debt whose request had a trace is settled as `end`, by this wave. `reason` is
  /// empty where all went well.
  virtual void on_traced(std::string_view trace, const debt& d, debt_status end,
                         std::string_view reason) {
    static_cast<void>(trace);
    static_cast<void>(d);
    static_cast<void>(end);
    static_cast<void>(reason);
  }
  /// These records are settled, whatever becomes of the rest.
  virtual void on_settled(const settle_report& wave) { static_cast<void>(wave); }
};

/// A record that is given up.
struct dead_letter_reason {
  std::string reason;
  /// Its e-mail may have gone out: `in_doubt` instead of `failed`.
  bool maybe_mailed = false;
};

/// How far a call came.
struct settle_end {
  /// The first record that is not settled: the range's end, or an earlier one
  /// when the turn was over or something failed.
  std::size_t next = 0;
  /// Why `next` could not be settled.
  caf::error error;
  /// No fault, but the e-mails' pace: when to go on with `next`.
  std::chrono::milliseconds wait{0};
};

/// Settles records: idempotent check, intent, slip, row, e-mail, commit. All
/// decisions of the delivery promise are in this class and in the steps of a wave.
/// Owned by one WORKER, on its thread; the ports must outlive it.
class settler {
public:
  /// `leave`: for `mails`, which settles at its pace; null: as fast as it goes.
  settler(settlement_store& store, boleto_service& boletos, email_service& emails,
          const debt_codec& codec, const clock& time, settle_observer& observer,
          settle_options options, mail_leave* leave = nullptr);

  /// Settles records `begin` to `end` of `batch` in waves, each with an intent
  /// and a transaction of its own. `repeated`: this process tried before and
  /// failed by a value.
  settle_end settle(const inbound_batch& batch, std::size_t begin, std::size_t end, bool repeated);

  /// Writes record `index` off: dead-lettered, its row `failed` or `in_doubt`.
  caf::error dead_letter(const inbound_batch& batch, std::size_t index,
                         const dead_letter_reason& why);

private:
  /// Rows that the services can do in about `wave_target`.
  std::size_t affordable() const;
  std::size_t wave_size(std::size_t remaining) const;
  /// Why no wave may begin; `next` is set where there is such a reason.
  std::optional<settle_end> pause_of(std::size_t next) const;
  void drop_empty_intents();
  wave_context context();
  write_way way_of(const wave_records& records) const;
  void learn(const wave_result& wave);
  void learn_pace(std::size_t rows, std::chrono::nanoseconds service_time);

  settlement_store& store_;
  boleto_service& boletos_;
  email_service& emails_;
  const debt_codec& codec_;
  const clock& clock_;
  settle_observer& observer_;
  settle_options options_;
  mail_leave* leave_;
  /// Waves still to be checked before writing.
  int checks_left_ = 0;
  /// A checked wave met a key that came to be known meanwhile.
  bool collided_ = false;
  /// Intents under which nothing was started, still to be removed.
  std::vector<std::int64_t> empty_intents_;
  std::map<std::string, int> hold_ups_;
  /// The wave under way has these; the next one takes their memory.
  std::vector<debt> debts_;
  found_debts found_;
  /// Moving average of the services' time for a row; zero: not known.
  std::chrono::nanoseconds pace_{0};
  /// Rows that the next wave may have whatever the pace says, or while it says
  /// nothing.
  std::size_t on_trial_ = 64;
  /// Records that the mail stage looks at together: many where few are to be mailed.
  std::size_t window_ = 64;
};

} // namespace bankslip::domain
