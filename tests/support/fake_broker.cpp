#include "tests/support/fake_broker.hpp"

#include <algorithm>

#include "domain/error.hpp"

namespace bankslip::fake {

std::int32_t broker::partition_of(std::string_view key) const {
  std::uint32_t h = 2166136261U;
  for (char c : key)
    h = (h ^ static_cast<unsigned char>(c)) * 16777619U;
  return static_cast<std::int32_t>(h % log.size());
}

void broker::append(std::int32_t partition, broker_record record) {
  auto& records = log[static_cast<std::size_t>(partition)];
  if (world_.tracing)
    world_.note("broker: " + record.key + " at partition " + std::to_string(partition) + " offset "
                + std::to_string(records.size())
                + (record.from ? ", upload " + std::to_string(record.from.upload_id) + " row "
                                     + std::to_string(record.from.row)
                               : "")
                + (record.stored ? ", stored" : ""));
  records.push_back(std::move(record));
}

void broker::append(const d::outbound_batch& batch, std::size_t from, std::size_t to) {
  for (auto i = from; i < to; ++i) {
    const auto& r = batch.records[i];
    broker_record record{std::string{batch.key(r)},
                         std::string{batch.value(r)},
                         {},
                         batch.stored,
                         batch.headers,
                         false};
    if (batch.upload_id != 0)
      record.from = {batch.upload_id, r.row};
    if (batch.to == d::channel::dead_letters) {
      world_.note("broker: dead letter " + record.key);
      dead_letters.push_back(std::move(record));
    } else {
      append(partition_of(record.key), std::move(record));
    }
  }
}

consumer_group::consumer_group(broker& of, std::int64_t start)
    : committed(of.log.size(), start), broker_{of} {}

void consumer_group::rebalance() {
  if (rebalancing_)
    return;
  broker_.world().note("broker: rebalance");
  rebalancing_ = true;
  for (auto& [id, m] : members)
    m.released = m.partitions.empty();
}

void consumer_group::settle() {
  auto& world = broker_.world();
  auto now = world.time.utc_now();
  for (auto i = members.begin(); i != members.end();) {
    if (now - i->second.last_poll <= broker_.session_timeout) {
      ++i;
      continue;
    }
    world.note("broker: member " + std::to_string(i->first) + " is taken for dead");
    i = members.erase(i);
    rebalance();
  }
  if (!rebalancing_ || members.empty()
      || std::any_of(members.begin(), members.end(),
                     [](const auto& m) { return !m.second.released; }))
    return;
  rebalancing_ = false;
  ++generation;
  std::vector<member*> all;
  for (auto& [id, m] : members) {
    m.partitions.clear();
    m.generation = generation;
    all.push_back(&m);
  }
  for (std::size_t p = 0; p < broker_.log.size(); ++p)
    all[(p + generation) % all.size()]->partitions.push_back(static_cast<std::int32_t>(p));
}

bool consumer_group::commit(int who, std::uint64_t of_generation, std::int32_t partition,
                            std::int64_t next) {
  auto i = members.find(who);
  if (i == members.end() || i->second.generation != of_generation)
    return false;
  const auto& owned = i->second.partitions;
  if (std::find(owned.begin(), owned.end(), partition) == owned.end())
    return false;
  auto& at = committed[static_cast<std::size_t>(partition)];
  if (next > at) {
    if (this == &broker_.mails)
      broker_.world().watcher->mail_offset_committed(partition, next);
    else
      broker_.world().watcher->offset_committed(partition, next);
  }
  at = next;
  return true;
}

void consumer_group::leave(int who) {
  if (members.erase(who) > 0)
    rebalance();
}

} // namespace bankslip::fake
