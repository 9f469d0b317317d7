#include "kafka/impl/assignment.hpp"

#include <algorithm>

namespace bankslip::kafka::impl {

void assignment::begin(std::int32_t partition, std::int64_t committed) {
  lane l;
  l.settled = l.requested = l.confirmed = l.next = committed;
  lanes_[partition] = l;
}

assignment::lane* assignment::find(std::int32_t partition) noexcept {
  auto i = lanes_.find(partition);
  return i == lanes_.end() ? nullptr : &i->second;
}

bool assignment::is_open(std::int32_t partition) const noexcept {
  auto i = lanes_.find(partition);
  return i != lanes_.end() && !i->second.paused;
}

void assignment::set_paused(std::int32_t partition, bool paused) noexcept {
  if (auto* l = find(partition))
    l->paused = paused;
}

bool assignment::accept(std::int32_t partition, std::int64_t offset) noexcept {
  auto* l = find(partition);
  if (l == nullptr || l->stopped || offset < l->next)
    return false;
  if (l->settled < 0)
    l->settled = l->requested = l->confirmed = offset;
  l->next = offset + 1;
  return true;
}

bool assignment::reach_end(std::int32_t partition, std::int64_t position) noexcept {
  auto* l = find(partition);
  if (l == nullptr || l->stopped || position < l->next)
    return false;
  l->next = position;
  return true;
}

std::vector<std::int32_t> assignment::partitions() const {
  std::vector<std::int32_t> out;
  out.reserve(lanes_.size());
  for (const auto& [partition, l] : lanes_)
    out.push_back(partition);
  return out;
}

void assignment::settle(std::int32_t partition, std::int64_t next_offset) noexcept {
  if (auto* l = find(partition))
    l->settled = std::max(l->settled, next_offset);
}

bool assignment::has_uncommitted() const noexcept {
  return std::any_of(lanes_.begin(), lanes_.end(), [](const auto& entry) {
    return entry.second.settled > entry.second.requested;
  });
}

partitions_ptr assignment::take_uncommitted() {
  auto offsets = no_partitions();
  for (auto& [partition, l] : lanes_) {
    if (l.settled <= l.requested)
      continue;
    add(offsets, topic_, partition, l.settled);
    l.requested = l.settled;
  }
  return offsets;
}

partitions_ptr assignment::unconfirmed() const {
  auto offsets = no_partitions();
  for (const auto& [partition, l] : lanes_)
    if (l.settled > l.confirmed)
      add(offsets, topic_, partition, l.settled);
  return offsets;
}

void assignment::commit_done(const rd_kafka_topic_partition_list_t& offsets) noexcept {
  for (int i = 0; i < offsets.cnt; ++i)
    if (auto* l = find(offsets.elems[i].partition))
      l->confirmed = std::max(l->confirmed, offsets.elems[i].offset);
}

void assignment::commit_failed(const rd_kafka_topic_partition_list_t& offsets) noexcept {
  for (int i = 0; i < offsets.cnt; ++i) {
    const auto& o = offsets.elems[i];
    auto* l = find(o.partition);
    if (l != nullptr && l->requested == o.offset)
      l->requested = -1;
  }
}

} // namespace bankslip::kafka::impl
