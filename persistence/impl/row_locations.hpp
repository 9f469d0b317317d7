#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <mutex>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "persistence/impl/binary.hpp"
#include "persistence/persistence.hpp"

namespace bankslip::persistence {

/// Pages of a page range: 1 MB, about 4,000 rows. Range `n` begins with page
/// `n * range_pages`.
constexpr std::uint32_t range_pages = 128;

/// Remembers where rows lie in the table, by debt_id, and decides which page ranges
/// are worth reading as a whole. A location is a hint: the row may have moved or gone
/// since, another may lie there. Takes 8 MB; new locations push out the oldest. Any
/// thread.
class row_locations {
public:
  row_locations();

  struct answer {
    /// One for each id; nowhere for those that are not known.
    std::vector<row_location> locations;
    /// To be passed to `ranges_to_read`.
    std::uint64_t asked_at;
  };
  answer look_up(std::span<const std::string_view> ids) const;

  /// Answers which page ranges to read as a whole, now that rows without a location
  /// were `found` one by one: those that hold so many of these rows that the waves to
  /// come will want most of the others, as with a file sent again in the order in
  /// which it was stored; and a few behind them. Leaves out what somebody else is
  /// reading or has noted since `asked_at`. Call `note` or `give_up` for each.
  std::vector<std::uint32_t> ranges_to_read(std::span<const row_location> found,
                                            std::uint64_t asked_at);

  /// Takes all rows of a range that was read; none where the table has ended.
  void note(std::uint32_t range, std::span<const std::pair<std::string_view, row_location>> rows);

  /// Says that the range was not read after all.
  void give_up(std::uint32_t range) noexcept;

private:
  struct entry {
    std::uint64_t hash = 0;
    row_location where;
  };
  /// The newest first.
  using bucket = std::array<entry, 8>;
  static constexpr std::uint64_t being_read = std::numeric_limits<std::uint64_t>::max();
  struct noted {
    std::uint32_t range = 0;
    /// Which of all notes it was, counted from 1; 0 for none, or `being_read`.
    std::uint64_t at = 0;
  };

  bool noted_since(std::uint64_t at, std::uint32_t range) const noexcept;
  void mark(std::uint32_t range, std::uint64_t at) noexcept;
  /// The slot of this range, else a free one, else the oldest.
  noted& slot_for(std::uint32_t range) noexcept;

  mutable std::mutex mutex_;
  std::vector<bucket> buckets_;
  std::uint64_t notes_ = 0;
  std::size_t next_ = 0;
  /// The latest ranges; their rows are about as many as have a location here.
  std::array<noted, 128> noted_{};
};

} // namespace bankslip::persistence
