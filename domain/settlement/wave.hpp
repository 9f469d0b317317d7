#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/ports.hpp"
#include "domain/settlement/settler.hpp"
#include "domain/settlement/wave_records.hpp"
#include "domain/settlement/wave_tally.hpp"

namespace bankslip::domain {

/// Ports and settings of a wave.
struct wave_context {
  settlement_store& store;
  boleto_service& boletos;
  email_service& emails;
  const clock& time;
  settle_observer& observer;
  const settle_options& options;
  /// Memory for the rows that a check finds.
  found_debts& found;
};

/// How the end of a wave looks to the settler.
enum class wave_end : std::uint8_t {
  settled,
  /// The optimistic write met a known key: again, with a check first.
  check_first,
  /// Too large for a range that has killed a worker or the process before.
  too_large,
  /// This one record has killed its process again and again.
  poisonous,
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

/// One wave: some records, one intent, one transaction. Used once.
class settle_wave {
public:
  settle_wave(const wave_context& context, const wave_records& messages, write_way way,
              bool repeated, const dead_letter_reason* given_up);

  /// An error means: nothing of this wave is settled (its e-mails may have gone
  /// out, which its intent tells).
  caf::expected<wave_end> run();

  const settle_report& report() { return tally_.report(); }
  std::chrono::nanoseconds service_time() const noexcept { return service_time_; }
  /// Rows that `wave_end::too_large` allows.
  std::size_t allowed_rows() const noexcept { return allowed_rows_; }
  /// An intent under which nothing was started but which could not be removed;
  /// 0: none.
  std::int64_t undropped_intent() const noexcept { return undropped_intent_; }

private:
  /// Why a debt is given up; code and stage are for the dead letter.
  struct trouble {
    std::string text;
    std::string_view code;
    std::string_view stage;
  };

  /// A debt of this wave: the leading record of its id, and what becomes of it.
  /// Small, since every step goes through all of them.
  struct entry {
    std::uint32_t index = 0;
    /// In `stored_`, where the row was there before.
    std::optional<std::uint32_t> stored;
    /// Of a row that was there, is final and says the same as the record.
    const origin* same = nullptr;
    /// Final already, or final by somebody else: changes nothing.
    bool settled = false;
    bool slip_is_new = false;
    debt_status end = debt_status::emailed;
    int put_offs = 0;
    std::optional<utc_time> mail_tried_at;
    slip has;
    std::unique_ptr<trouble> why;
  };

  caf::error check();
  caf::expected<wave_end> start();
  /// Why the intent was refused.
  wave_end judge_attempts();
  void make_slips();
  caf::error write();
  caf::error write_new(std::vector<std::uint32_t>& lost);
  caf::error lock_existing(const std::vector<std::uint32_t>& lost);
  caf::error weigh_earlier_tries();
  void send_emails();
  caf::error finish();

  static void end_as(entry& e, debt_status end, trouble why);
  static std::string_view failure(const entry& e);
  void mark_given_up(entry& e);
  void put_off(entry& e, debt_status state, std::string reason);
  void apply(entry& e, call_outcome outcome, utc_time began);
  void tell(const entry& e, settlement& s);
  void tell_followers();
  void give_up(caf::error& why);
  void abandon() noexcept;
  bool is_new(const entry& e) const noexcept { return !e.stored && e.same == nullptr; }
  const debt& content(const entry& e) const;
  origin from(const entry& e) const;
  int attempt(const entry& e) const;

  const wave_context& ctx_;
  const wave_records& messages_;
  wave_tally tally_;
  const dead_letter_reason* given_up_;
  write_way way_;
  bool repeated_;
  std::vector<entry> entries_;
  std::vector<stored_debt>& stored_;
  /// Fingerprints of the entries that go on, ascending, with their entry.
  std::vector<std::pair<fingerprint, std::uint32_t>> going_on_;
  intent intent_;
  std::chrono::steady_clock::time_point began_{};
  bool started_emails_ = false;
  bool known_key_ = false;
  std::chrono::nanoseconds service_time_{0};
  std::size_t allowed_rows_ = 0;
  std::int64_t undropped_intent_ = 0;
};

} // namespace bankslip::domain
