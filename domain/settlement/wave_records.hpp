#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <caf/error.hpp>

#include "domain/ports.hpp"
#include "domain/records.hpp"
#include "domain/validation_policy.hpp"

namespace bankslip::domain {

/// The records of one wave, decoded and with equal ids resolved: of several
/// records with one debt_id the first offset leads, the others follow it.
class wave_records {
public:
  struct follower {
    /// Index into the wave.
    std::uint32_t index;
    /// Index into `leaders()`.
    std::uint32_t leader;
  };
  struct unreadable_record {
    std::uint32_t index;
    caf::error reason;
  };

  /// `debts`: where the contents are put, so that the texts of one wave take
  /// the memory of the one before. Both must outlive this. `rules` are for
  /// records that came neither from a file nor by POST.
  wave_records(const inbound_batch& batch, std::size_t begin, std::size_t end,
               const debt_codec& codec, std::vector<debt>& debts, const debt_rules& rules);

  std::size_t size() const noexcept { return records_.size(); }
  const inbound_record& record(std::uint32_t index) const { return records_[index]; }
  const debt& content(std::uint32_t index) const { return debts_[index]; }
  const inbound_batch& batch() const noexcept { return batch_; }

  /// Indexes of the first record of each id, ascending by debt_id.
  const std::vector<std::uint32_t>& leaders() const noexcept { return leaders_; }
  const std::vector<follower>& followers() const noexcept { return followers_; }
  const std::vector<unreadable_record>& unreadable() const noexcept { return unreadable_; }
  /// Indexes of debts that `is_suspect` names.
  const std::vector<std::uint32_t>& suspects() const noexcept { return suspects_; }
  /// Some record says that its row is stored already.
  bool any_stored() const noexcept { return any_stored_; }
  std::int64_t first_offset() const { return records_.front().offset; }
  std::int64_t last_offset() const { return records_.back().offset; }
  /// The first offset of which nothing lies before the wave: that behind the record before.
  std::int64_t covered_from() const {
    return records_.data() == batch_.records.data() ? first_offset()
                                                    : (records_.data() - 1)->offset + 1;
  }
  /// The uploads that records come from, without repetition.
  const std::vector<std::int64_t>& uploads() const noexcept { return uploads_; }

private:
  void decode(const debt_codec& codec, const debt_rules& rules);
  void group();

  const inbound_batch& batch_;
  std::span<const inbound_record> records_;
  std::span<debt> debts_;
  std::vector<std::uint32_t> leaders_;
  std::vector<follower> followers_;
  std::vector<unreadable_record> unreadable_;
  std::vector<std::uint32_t> suspects_;
  std::vector<std::int64_t> uploads_;
  bool any_stored_ = false;
};

} // namespace bankslip::domain
