#include "kafka/impl/stopped_partitions.hpp"

#include <utility>

#include "kafka/impl/log_bounds.hpp"

namespace bankslip::kafka::impl {

namespace {

constexpr std::chrono::seconds retry_after{5};
constexpr std::chrono::milliseconds look_patience{500};

} // namespace

void stopped_partitions::add(assignment& owned, std::int32_t partition, std::string reason) {
  auto* lane = owned.find(partition);
  if (lane == nullptr || lane->stopped)
    return;
  lane->stopped = true;
  auto now = clock::now();
  stopped_[partition] = {std::move(reason), now, now};
}

bool stopped_partitions::look(rd_kafka_t* client, assignment& owned,
                              domain::source_visitor& visitor) {
  auto again = false;
  for (auto i = stopped_.begin(); i != stopped_.end();) {
    auto partition = i->first;
    auto& halted = i->second;
    auto* lane = owned.find(partition);
    auto now = clock::now();
    if (lane == nullptr || now < halted.due) {
      ++i;
      continue;
    }
    auto question = no_partitions();
    impl::add(question, owned.topic(), partition);
    auto bounds = ask_log_bounds(client, *question, look_patience)[partition];
    domain::stopped_partition found{owned.topic(), partition,   lane->settled, lane->next,
                                    bounds.low,    bounds.high, halted.reason};
    if (!found.is_lost() && now >= halted.since + retry_after) {
      lane->stopped = false;
      again = true;
      i = stopped_.erase(i);
      continue;
    }
    visitor.on_stopped(found);
    // A partition whose records are lost waits for a person and a new assignment.
    halted.due = found.is_lost() ? clock::time_point::max() : halted.since + retry_after;
    ++i;
  }
  return again;
}

} // namespace bankslip::kafka::impl
