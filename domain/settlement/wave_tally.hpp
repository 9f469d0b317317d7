#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ports.hpp"
#include "domain/settlement/settler.hpp"
#include "domain/settlement/wave_records.hpp"

namespace bankslip::domain {

/// Counts what a wave does, for the report and for the counters of uploads.
/// A change of a row's state happens in one transaction only, so it is simply
/// added. Records that change nothing (duplicates, conflicts, unreadable ones)
/// come again when a partition is redelivered: they count only above the
/// offset that was counted before.
class wave_tally {
public:
  explicit wave_tally(const wave_records& messages) : messages_{messages} {}

  /// What `settlement_store::counted_through` said for `messages.uploads()`.
  void counted_before(std::span<const std::int64_t> through);

  /// The row of `from` got its slip, for the first time.
  void generated(origin from);
  /// The row of `from` reached `status`, in this transaction.
  void reached(origin from, debt_status status);
  /// Record `index` names a debt that stands as `stored`, which it did not
  /// bring: a duplicate or a conflict. Nothing when it is the very same row,
  /// published twice.
  void repeats(std::uint32_t index, const debt& stored, origin stored_from);
  /// Record `index` is no debt; it goes to the dead-letter topic.
  void unreadable(std::uint32_t index, const caf::error& reason, std::string_view stage);
  /// Record `index` goes to the dead-letter topic; its row is `failed`.
  void dead_letter(std::uint32_t index, std::string_view code, std::string_view text,
                   std::string_view stage, int attempts);
  /// The stored debt is to be published again after `delay`.
  void put_off(const std::string& debt_id, std::chrono::milliseconds delay);

  settle_report& report() noexcept { return report_; }
  /// Moves counters, problems and outbox entries into `s`.
  void write_to(settlement& s);

private:
  upload_progress& progress_of(std::int64_t upload);
  bool counts(std::uint32_t index) const;

  const wave_records& messages_;
  settle_report report_;
  std::map<std::int64_t, std::int64_t> counted_;
  std::map<std::int64_t, upload_progress> progress_;
  std::vector<std::pair<std::int64_t, row_problem>> problems_;
  std::vector<outbox_entry> outbox_;
};

} // namespace bankslip::domain
