#include <algorithm>
#include <utility>

#include "actors/consumer.hpp"
#include "telemetry/crash_point.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::actors {

using domain::dependency_kind;

namespace {

constexpr std::chrono::seconds between_counts{5};

} // namespace

void consumer_state::log(std::string_view what, std::int32_t partition) const {
  telemetry::log_info(what, {{"partition", partition}, {"mails", options.stage == &mail_stage}});
}

void consumer_state::on_assigned(std::span<const std::int32_t> partitions) {
  for (auto partition : partitions) {
    lanes.erase(partition);
    lanes[partition].epoch = next_epoch++;
    telemetry::set_records_lost(partition, 0, options.stage->figures);
    // Whoever consumed it before may have died without a word.
    options.seen->is_there(records_of(partition));
    log("partition assigned", partition);
  }
  joined = true;
  // The topic may have got more since.
  if (!partitions.empty())
    count_due = options.time->steady_now();
  share();
  // The lag of each is known, and must be seen before anybody is told "ready".
  metrics_due = {};
}

void consumer_state::on_revoked(std::span<const std::int32_t> partitions) {
  for (auto partition : partitions) {
    auto i = lanes.find(partition);
    if (i == lanes.end())
      continue;
    revoked.push_back({partition, i->second.epoch});
    go_on(partition, i->second);
    lanes.erase(i);
    telemetry::forget_partition(partition, options.stage->figures);
    log("partition revoked", partition);
  }
  share();
}

void consumer_state::share() {
  if (!options.tell_share)
    return;
  const auto now = options.time->steady_now();
  if (options.count_partitions && count_due <= now) {
    if (const auto counted = options.count_partitions()) {
      all_partitions = *counted;
      count_due = never;
    } else {
      count_due = now + between_counts;
    }
  }
  options.tell_share(lanes.size(), std::max(lanes.size(), all_partitions));
}

void consumer_state::on_foreign_headers(std::vector<domain::record_header> headers) {
  foreign_headers = std::move(headers);
}

void consumer_state::on_record(std::int32_t partition, std::int64_t offset, std::string_view key,
                               std::string_view value, domain::origin from, bool stored) {
  auto headers = std::exchange(foreign_headers, {});
  auto i = lanes.find(partition);
  if (i == lanes.end())
    return;
  auto& l = i->second;
  go_on(partition, l);
  auto& batch = l.open_batch(partition, key.size() + value.size(), options.limits);
  batch.add(offset, key, value, from, stored);
  if (!headers.empty())
    batch.add_headers(offset, std::move(headers));
  l.end_full_batch(options.limits);
}

void consumer_state::on_end(std::int32_t partition, std::int64_t position) {
  auto i = lanes.find(partition);
  if (i == lanes.end())
    return;
  go_on(partition, i->second);
  i->second.position = position;
  pass_gap(partition, i->second);
}

void consumer_state::on_stopped(const domain::stopped_partition& found) {
  auto i = lanes.find(found.partition);
  if (i == lanes.end())
    return;
  i->second.stopped = describe(found);
  telemetry::log_error(found.is_lost() ? "records are lost" : "partition cannot be read",
                       {{"topic", found.topic},
                        {"partition", found.partition},
                        {"committed", found.committed},
                        {"next", found.next},
                        {"low", found.low},
                        {"high", found.high},
                        {"error", found.reason}});
  telemetry::set_records_lost(found.partition, found.lost(), options.stage->figures);
  options.seen->is_away(records_of(found.partition), i->second.stopped);
}

void consumer_state::go_on(std::int32_t partition, lane& l) {
  if (l.stopped.empty())
    return;
  l.stopped.clear();
  options.seen->is_there(records_of(partition));
}

void consumer_state::pass_gap(std::int32_t partition, lane& l) {
  if (const auto next = l.pass_gap(); next >= 0)
    source->commit(partition, next);
}

std::map<std::int32_t, lane>::iterator consumer_state::next_lane() {
  auto best = lanes.end();
  for (auto i = lanes.begin(); i != lanes.end(); ++i) {
    const auto& l = i->second;
    if (l.in_flight || l.waiting_rows() == 0)
      continue;
    if (best == lanes.end()
        || std::pair{l.ready.empty(), l.turn}
               < std::pair{best->second.ready.empty(), best->second.turn})
      best = i;
  }
  return best;
}

void consumer_state::settled(const batch_settled& fact) {
  credit->give_back();
  auto i = lanes.find(fact.partition);
  if (i == lanes.end() || i->second.epoch != fact.epoch)
    return;
  auto& l = i->second;
  // A lane whose batch was dropped hands out nothing more.
  l.in_flight = fact.dropped;
  if (!fact.dropped)
    l.ledger.settle(fact.first_offset, fact.last_offset);
  else if (fact.settled_through >= 0)
    l.ledger.settle_part(fact.first_offset, fact.last_offset, fact.settled_through);
  else
    return;
  outage->got_on();
  telemetry::crash_point("settled");
  source->commit(fact.partition, l.ledger.committable());
}

bool consumer_state::is_cut_off() {
  return outage->must_leave(options.time->steady_now(),
                            !options.seen->why_away(dependency_kind::database).empty(),
                            [this](auto partition) { return lanes.contains(partition); });
}

void consumer_state::balance() {
  for (auto& [partition, l] : lanes) {
    auto full = l.ready.size() >= options.max_ready;
    if (full && !l.paused)
      source->pause(partition);
    else if (!full && l.paused)
      source->resume(partition);
    l.paused = full;
  }
}

void consumer_state::show(std::chrono::steady_clock::time_point now) {
  if (now < metrics_due)
    return;
  metrics_due = now + std::chrono::milliseconds{250};
  const auto& stage = *options.stage;
  std::size_t rows = 0;
  for (const auto& [partition, l] : lanes) {
    const auto waiting = l.waiting_rows();
    const auto full = std::min(l.ready.size(), options.max_ready);
    telemetry::set_lane(partition,
                        {{},
                         static_cast<std::int64_t>(waiting),
                         l.in_flight ? 1 : 0,
                         static_cast<std::int64_t>(options.max_ready - full)},
                        stage.figures);
    rows += waiting;
  }
  telemetry::set_queue_length(stage.lanes, static_cast<std::int64_t>(rows));
  link->set(static_cast<std::int64_t>(credit->in_flight()),
            static_cast<std::int64_t>(credit->available()));
  const auto lags = source ? source->lag() : std::vector<std::pair<std::int32_t, std::int64_t>>{};
  for (auto [partition, records] : lags)
    telemetry::set_lag(partition, records, stage.figures);
  // Nobody is told "ready" before the lag of each partition is there to be seen.
  seen_all = seen_all || (joined && lags.size() >= lanes.size());
  options.seen->report({stage.membership}, !source ? "has left its group, where others get "
                                                     "on: the database is away"
                                           : !source->connected() ? "no broker connection"
                                           : seen_all             ? ""
                                                                  : "waits for its partitions");
  if (count_due <= now)
    share();
  if (options.show_more)
    options.show_more();
  board->queue_length(static_cast<std::int64_t>(rows));
  board->credit(static_cast<std::int64_t>(credit->available()));
  board->works_on(std::to_string(lanes.size()) + " partitions");
}

} // namespace bankslip::actors
