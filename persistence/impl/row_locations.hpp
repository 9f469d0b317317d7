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

/// Pages are weighed and read in ranges of so many: 1 MB, about 4,000 rows.
/// Range `n` begins with page `n * range_pages`.
constexpr std::uint32_t range_pages = 128;

/// Locations of rows that were seen lately, by debt_id. Hints: a row may have moved
/// or gone since, another may lie there. Takes 8 MB; what comes in pushes out
/// what came first. Any thread.
class row_locations {
public:
  row_locations();

  struct answer {
    /// One for each id.
    std::vector<row_location> locations;
    /// For `ranges_to_read`.
    std::uint64_t asked_at;
  };
  answer look_up(std::span<const std::string_view> ids) const;

  /// Which ranges of the table are worth reading as a whole and noting, after
  /// rows without a location were `found` in them one by one: those with enough of
  /// such rows that the batches to come will want most of the others, as with a
  /// file sent again in the order in which it was stored; and a few behind them.
  /// Without those that somebody reads or has noted since `asked_at`. Each needs
  /// its `note` or `give_up`.
  std::vector<std::uint32_t> ranges_to_read(std::span<const row_location> found,
                                            std::uint64_t asked_at);

  /// All rows of a range; none where the table has ended or was emptied.
  void note(std::uint32_t range, std::span<const std::pair<std::string_view, row_location>> rows);

  /// The range was not read after all.
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
    /// Number of the note; 0: none; or `being_read`.
    std::uint64_t at = 0;
  };

  bool noted_since(std::uint64_t at, std::uint32_t range) const noexcept;
  void mark(std::uint32_t range, std::uint64_t at) noexcept;
  /// Its own, a free one, or that of the range taken first.
  noted& slot_for(std::uint32_t range) noexcept;

  mutable std::mutex mutex_;
  std::vector<bucket> buckets_;
  std::uint64_t notes_ = 0;
  std::size_t next_ = 0;
  /// The last ones; their rows are about as many as have a location here.
  std::array<noted, 128> noted_{};
};

} // namespace bankslip::persistence
