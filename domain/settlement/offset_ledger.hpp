#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

namespace bankslip::domain {

/// Knows which records of one partition are settled, and how far its offset may
/// be committed. One per lane and assignment: an assignment that is lost takes
/// its ledger with it. Offsets may have gaps (transaction markers, aborted
/// records, compaction) before, inside, between and behind ranges. Owned by the
/// consumer; not thread-safe.
///
/// A call that breaks the rules below throws std::logic_error: work would be
/// lost or done twice without anybody seeing it.
class offset_ledger {
public:
  /// Holds at most `max_ranges` ranges that are not yet below `committable`.
  explicit offset_ledger(std::size_t max_ranges = 4096);

  /// The records from `first` to `last` were handed out. Ranges rise: `first`
  /// lies above every offset begun before.
  void begin(std::int64_t first, std::int64_t last);

  /// The range begun as exactly `first` to `last` is settled, once. In any
  /// order of ranges.
  void settle(std::int64_t first, std::int64_t last);

  /// Settles, in the range begun as `first` to `last`, only what lies at or below
  /// `through`; the rest may be begun again. `through` is inside the range, which
  /// is the highest one.
  void settle_part(std::int64_t first, std::int64_t last, std::int64_t through);

  /// The reader stands at `position`: every record below it that will ever come
  /// was begun. Offsets between the last of them and `position` hold nothing, so
  /// they are committed with what lies before them. Ignored while the rest of a
  /// range that was settled in part has not been begun again.
  void pass(std::int64_t position);

  /// The offset to commit: every record below it is settled. -1 while there is
  /// none. Never goes back.
  std::int64_t committable() const noexcept { return committable_; }

  /// Ranges begun and not settled.
  std::size_t open() const noexcept { return open_; }

  /// Whether `begin` would exceed `max_ranges`.
  bool full() const noexcept { return ranges_.size() >= max_ranges_; }

private:
  struct range {
    std::int64_t first;
    std::int64_t last;
    /// The offset to commit once it and all before it are settled.
    std::int64_t next;
    bool settled;
  };

  std::deque<range>::iterator find(std::int64_t first, std::int64_t last);

  std::size_t max_ranges_;
  /// Rising; the front one is not settled.
  std::deque<range> ranges_;
  std::size_t open_ = 0;
  /// Ranges begin above it.
  std::int64_t highest_ = -1;
  /// The highest offset that was ever begun, also of what was settled in part.
  std::int64_t handed_out_ = -1;
  std::int64_t committable_ = -1;
};

} // namespace bankslip::domain
