#include "http/api/change_log.hpp"

#include <iterator>
#include <utility>

#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::http {

namespace {

/// In ACCESS's mailbox. It must have failed before the wait for its answer ends, for what
/// has no answer is sent again.
constexpr std::chrono::seconds longest_queueing{2};

domain::date today() { return domain::brazilian_day(domain::system_clock().utc_now()); }

std::string sameness_of(const domain::audit_entry& e) {
  std::string out;
  for (const auto* part : {&e.key, &e.method, &e.route, &e.address, &e.forwarded_for})
    out.append(*part).push_back('\0');
  return out += std::to_string(e.status);
}

} // namespace

change_log::change_log(front_client front) : front_{std::move(front)}, writer_{[this] { run(); }} {}

change_log::~change_log() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_all();
  writer_.join();
  flush();
}

void change_log::add(domain::audit_entry entry, bool merged) {
  const std::lock_guard lock{mutex_};
  const auto most = merged ? most_refused_waiting : most_waiting;
  if (entries_.size() + under_way_ >= most && !(merged && refused_.contains(sameness_of(entry))))
    return telemetry::count_audit_lost(1);
  if (merged) {
    entry.target.clear();
    if (refused_.size() >= most_refused && !refused_.contains(sameness_of(entry))) {
      entry.address = "others";
      entry.forwarded_for.clear();
    }
    const auto [at, fresh] = refused_.emplace(sameness_of(entry), entries_.size());
    if (!fresh) {
      ++entries_[at->second].times;
      return;
    }
  }
  entries_.push_back(std::move(entry));
  telemetry::set_queue_length("audit", static_cast<std::int64_t>(entries_.size()));
}

void change_log::add_rows(const key_ring::entry_ptr& key, std::int64_t rows) {
  key->limits->add_rows(today(), rows);
  const std::lock_guard lock{mutex_};
  counted_.emplace(key->key.name, key->limits);
}

void change_log::learn_rows(const key_ring::entry_ptr& key) {
  const auto day = today();
  if (key->limits->knows(day))
    return;
  add_rows(key, 0);
  const std::unique_lock one{flushing_, period};
  if (one && !key->limits->knows(day))
    write();
}

void change_log::run() {
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    wake_.wait_for(lock, period, [&] { return stopping_; });
    const auto idle = entries_.empty() && counted_.empty();
    if (idle || stopping_)
      continue;
    lock.unlock();
    flush();
    lock.lock();
  }
}

void change_log::flush() {
  const std::lock_guard one{flushing_};
  write();
}

void change_log::write() {
  actors::record_changes request;
  request.day = today();
  request.until = std::chrono::steady_clock::now() + longest_queueing;
  decltype(counted_) counted;
  {
    const std::lock_guard lock{mutex_};
    request.entries = std::exchange(entries_, {});
    under_way_ = request.entries.size();
    counted = std::exchange(counted_, {});
    refused_.clear();
  }
  if (request.entries.empty() && counted.empty())
    return;
  for (const auto& [name, limits] : counted)
    request.rows.push_back({name, limits->take_unstored(request.day)});
  const auto day = request.day;
  auto kept = request.entries;
  const auto answer = front_.ask<actors::changes_recorded>(std::move(request));
  if (!answer)
    telemetry::log_warn("the audit waits for the database",
                        {{"entries", kept.size()}, {"error", domain::text_of(answer.error())}});
  const std::lock_guard lock{mutex_};
  under_way_ = 0;
  if (answer) {
    for (const auto& sum : answer->sums)
      if (const auto at = counted.find(sum.key); at != counted.end())
        at->second->stored(day, sum.rows);
  } else {
    for (const auto& [name, limits] : counted)
      limits->not_stored();
    counted_.merge(counted);
    // Behind what came meanwhile, whose places are known.
    entries_.insert(entries_.end(), std::make_move_iterator(kept.begin()),
                    std::make_move_iterator(kept.end()));
  }
  telemetry::set_queue_length("audit", static_cast<std::int64_t>(entries_.size()));
}

} // namespace bankslip::http
