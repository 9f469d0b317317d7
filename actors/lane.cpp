#include "actors/lane.hpp"

#include <string_view>
#include <utility>

namespace bankslip::actors {

// A batch that has grown so far mostly becomes full, and doubling would end at twice
// the memory of a full one.
domain::inbound_batch& lane::open_batch(std::int32_t partition, std::size_t bytes,
                                        const batch_limits& limits) {
  if (!filling) {
    filling = std::make_shared<domain::inbound_batch>();
    filling->partition = partition;
  }
  const auto wanted = filling->buffer.size() + bytes;
  if (wanted > filling->buffer.capacity() && wanted > limits.bytes / 8) {
    filling->buffer.reserve(limits.bytes + limits.bytes / 64);
    filling->records.reserve(limits.rows);
  }
  return *filling;
}

void lane::end_full_batch(const batch_limits& limits) {
  if (filling->records.size() >= limits.rows || filling->bytes() >= limits.bytes)
    ready.push_back(std::exchange(filling, nullptr));
}

domain::inbound_batch_ptr lane::take_batch() {
  if (ready.empty())
    return std::exchange(filling, nullptr);
  auto batch = std::move(ready.front());
  ready.pop_front();
  return batch;
}

std::size_t lane::waiting_rows() const {
  std::size_t rows = filling ? filling->records.size() : 0;
  for (const auto& batch : ready)
    rows += batch->records.size();
  return rows;
}

std::int64_t lane::pass_gap() {
  if (position < 0 || waiting_rows() > 0)
    return -1;
  ledger.pass(position);
  return ledger.committable();
}

std::string describe(const domain::stopped_partition& found) {
  auto text = "topic " + found.topic + ", partition " + std::to_string(found.partition);
  auto add = [&text](std::string_view name, std::int64_t offset) {
    text += ", ";
    text += name;
    text += offset < 0 ? " none" : " " + std::to_string(offset);
  };
  add("committed offset", found.committed);
  if (found.next != found.committed)
    add("next offset", found.next);
  if (found.low >= 0)
    text += ", the log holds " + std::to_string(found.low) + " to " + std::to_string(found.high);
  text += found.is_lost() ? ": " + std::to_string(found.lost())
                                + " offsets are gone; see "
                                  "`bankslip offsets`"
                          : ": " + found.reason;
  return text;
}

} // namespace bankslip::actors
