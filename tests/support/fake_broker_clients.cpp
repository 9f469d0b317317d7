#include <algorithm>
#include <utility>

#include "domain/error.hpp"
#include "tests/support/fake_broker.hpp"

namespace bankslip::fake {

namespace {

using d::errc;
using d::make_error;

class fake_sink final : public d::record_sink {
public:
  fake_sink(broker& b, process_ptr p) : broker_{b}, process_{std::move(p)} {}

  bool ready() const override { return pending_.size() < 4 && !fatal_; }

  void publish(d::publish_token token, d::outbound_batch_ptr batch) override {
    pending_.emplace_back(token, std::move(batch));
  }

  std::vector<d::publish_result> poll(std::chrono::milliseconds) override {
    auto& world = broker_.world();
    world.step(process_);
    std::vector<d::publish_result> out;
    while (!pending_.empty() && !fatal_) {
      if (broker_.away && out.empty() && !pending_.empty())
        return out;
      auto fault = world.faults->sink();
      if (fault == sink_fault::wait)
        break;
      take(fault, out);
    }
    return out;
  }

  std::size_t in_flight() const override { return pending_.size(); }
  caf::error fatal() const override { return fatal_; }
  bool connected() const override { return !broker_.away; }

  std::vector<std::pair<d::publish_token, d::outbound_batch_ptr>> take_unfinished() override {
    std::vector<std::pair<d::publish_token, d::outbound_batch_ptr>> out(pending_.begin(),
                                                                        pending_.end());
    pending_.clear();
    return out;
  }

private:
  void take(sink_fault fault, std::vector<d::publish_result>& out) {
    auto [token, batch] = pending_.front();
    auto size = batch->records.size();
    if (fault == sink_fault::fatal_after || fault == sink_fault::fatal_before) {
      if (fault == sink_fault::fatal_after) {
        broker_.append(*batch, 0, size);
        for (const auto& r : batch->records)
          broker_.repeated_rows.insert({batch->upload_id, r.row});
      }
      broker_.world().note("process " + std::to_string(process_->id) + ": producer is dead");
      fatal_ = make_error(errc::client_fatal, "fenced");
      return;
    }
    pending_.pop_front();
    auto failed = fault == sink_fault::error_after_part || fault == sink_fault::error_before;
    auto appended = fault == sink_fault::error_after_part ? size / 2 : failed ? 0 : size;
    broker_.append(*batch, 0, appended);
    out.push_back(
        {token, failed ? make_error(errc::broker_unavailable, "not acknowledged") : caf::error{}});
  }

  broker& broker_;
  process_ptr process_;
  std::deque<std::pair<d::publish_token, d::outbound_batch_ptr>> pending_;
  caf::error fatal_;
};

class fake_source final : public d::record_source {
public:
  fake_source(broker& b, consumer_group& group, process_ptr p, mail_gate gate)
      : broker_{b}, group_{group}, process_{std::move(p)}, gate_{gate}, id_{group.next_member()} {}

  caf::error poll(std::chrono::milliseconds, std::size_t max_records,
                  d::source_visitor& visitor) override {
    auto& world = broker_.world();
    world.step(process_);
    if (broker_.away)
      return make_error(errc::broker_unavailable, "no broker");
    switch (world.faults->source()) {
      case source_fault::unavailable:
        return make_error(errc::broker_unavailable, "no broker");
      case source_fault::fatal:
        return make_error(errc::client_fatal, "fenced");
      case source_fault::none:
        break;
    }
    if (is_mails() && !group_.has_position())
      return {};
    auto new_here = take_part(visitor);
    flush();
    // Fetching takes a moment.
    if (!new_here)
      deliver(max_records, visitor);
    return {};
  }

  void commit(std::int32_t partition, std::int64_t next_offset) override {
    if (auto i = lanes_.find(partition); i != lanes_.end())
      i->second.settled = next_offset;
  }
  void pause(std::int32_t partition) override { set_paused(partition, true); }
  void resume(std::int32_t partition) override { set_paused(partition, false); }

  std::vector<std::pair<std::int32_t, std::int64_t>> lag() override {
    std::vector<std::pair<std::int32_t, std::int64_t>> out;
    if (broker_.bounds_unknown)
      return out;
    for (const auto& [p, lane] : lanes_)
      out.emplace_back(p, static_cast<std::int64_t>(records(p).size()) - lane.settled);
    return out;
  }

  bool connected() const override { return !broker_.away; }

  void close() override {
    if (!broker_.away) {
      flush();
      group_.leave(id_);
    }
    lanes_.clear();
  }

private:
  struct lane {
    std::int64_t next = 0;
    std::int64_t settled = 0;
    bool paused = false;
    /// The end that was told last.
    std::int64_t end = -1;
    bool stopped = false;
  };

  const std::vector<broker_record>& records(std::int32_t p) const {
    return broker_.log[static_cast<std::size_t>(p)];
  }

  void give_back(d::source_visitor& visitor) {
    std::vector<std::int32_t> mine;
    for (const auto& [p, l] : lanes_)
      mine.push_back(p);
    lanes_.clear();
    if (!mine.empty())
      visitor.on_revoked(mine);
  }

  /// Join, heartbeat, release, take over; whether partitions were assigned.
  bool take_part(d::source_visitor& visitor) {
    auto now = broker_.world().time.utc_now();
    auto i = group_.members.find(id_);
    if (i == group_.members.end()) {
      // The first time, or thrown out while we were away: nothing is ours.
      give_back(visitor);
      id_ = group_.next_member();
      group_.members[id_].last_poll = now;
      group_.rebalance();
    } else {
      i->second.last_poll = now;
      if (group_.rebalancing() && !i->second.released) {
        flush();
        give_back(visitor);
        i->second.released = true;
        i->second.partitions.clear();
      }
    }
    group_.settle();
    const auto& me = group_.members[id_];
    if (me.generation == generation_ || me.partitions.empty() || group_.rebalancing())
      return false;
    generation_ = me.generation;
    for (auto p : me.partitions) {
      auto at = std::max<std::int64_t>(group_.committed[static_cast<std::size_t>(p)], 0);
      lanes_[p] = {at, at};
    }
    visitor.on_assigned(me.partitions);
    return true;
  }

  void flush() {
    for (auto& [p, l] : lanes_)
      if (l.settled > group_.committed[static_cast<std::size_t>(p)])
        group_.commit(id_, generation_, p, l.settled);
  }

  void deliver(std::size_t max_records, d::source_visitor& visitor) {
    for (auto& [p, l] : lanes_) {
      auto size = static_cast<std::int64_t>(records(p).size());
      auto end = is_mails() && gate_ == mail_gate::shut
                     ? std::min(size, broker_.committed[static_cast<std::size_t>(p)])
                     : size;
      auto deleted = broker_.deleted_below.find(p);
      if (!l.stopped && deleted != broker_.deleted_below.end() && l.next < deleted->second) {
        l.stopped = true;
        visitor.on_stopped({"debts", p, l.settled, l.next, deleted->second, size, "out of range"});
      }
      while (!l.paused && !l.stopped && max_records > 0 && l.next < end) {
        const auto& r = records(p)[static_cast<std::size_t>(l.next)];
        if (!r.hidden) {
          if (!r.headers.empty())
            visitor.on_foreign_headers(r.headers);
          visitor.on_record(p, l.next, r.key, r.value, r.from, r.stored);
          --max_records;
        }
        ++l.next;
      }
      if (!l.paused && !l.stopped && l.next == size && std::exchange(l.end, size) != size)
        visitor.on_end(p, size);
    }
  }

  void set_paused(std::int32_t partition, bool paused) {
    if (auto i = lanes_.find(partition); i != lanes_.end())
      i->second.paused = paused;
  }

  bool is_mails() const { return &group_ == &broker_.mails; }

  broker& broker_;
  consumer_group& group_;
  process_ptr process_;
  mail_gate gate_;
  int id_;
  std::uint64_t generation_ = 0;
  std::map<std::int32_t, lane> lanes_;
};

} // namespace

std::unique_ptr<d::record_sink> broker::sink(process_ptr p) {
  return std::make_unique<fake_sink>(*this, std::move(p));
}

std::unique_ptr<d::record_source> broker::source(process_ptr p) {
  return std::make_unique<fake_source>(*this, group, std::move(p), mail_gate::shut);
}

std::unique_ptr<d::record_source> broker::mail_source(process_ptr p, mail_gate gate) {
  return std::make_unique<fake_source>(*this, mails, std::move(p), gate);
}

} // namespace bankslip::fake
