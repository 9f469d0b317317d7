#include "telemetry/metrics.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>

#include "telemetry/impl/families.hpp"

namespace bankslip::telemetry {

namespace {

std::int64_t now_ns() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// A client chooses its method freely: only known ones become a label.
std::string_view known_method(std::string_view method) {
  constexpr std::array<std::string_view, 7> known = {"GET",    "POST",  "HEAD",   "PUT",
                                                     "DELETE", "PATCH", "OPTIONS"};
  const auto* found = std::ranges::find(known, method);
  return found == known.end() ? "other" : *found;
}

template <class Change>
void change(lanes_of stage, Change&& what) {
  auto& all = families();
  const std::lock_guard lock{all.partitions_mutex};
  what(all.partitions_of(stage));
}

} // namespace

void observe_stage(stage s, double seconds) {
  families().time_of(s).Observe(std::max(0.0, seconds));
}

stage_timer::stage_timer(stage s) noexcept : stage_{s}, began_ns_{now_ns()} {}

stage_timer::~stage_timer() {
  observe_stage(stage_, static_cast<double>(now_ns() - began_ns_) / 1e9);
}

void observe_batch(std::string_view kind, std::size_t rows) {
  families().batch_rows.with(kind).Observe(static_cast<double>(rows));
}

void count_rows(std::string_view outcome, std::size_t n) {
  families().rows.with(outcome).Increment(static_cast<double>(n));
}

void link_share::set(std::int64_t in_flight, std::int64_t credit) noexcept {
  auto& all = families();
  all.in_flight.with(link_).Increment(static_cast<double>(in_flight - in_flight_));
  all.credit.with(link_).Increment(static_cast<double>(credit - credit_));
  in_flight_ = in_flight;
  credit_ = credit;
}

void set_queue_length(std::string_view queue, std::int64_t n) {
  families().queue_length.with(queue).Set(static_cast<double>(n));
}

void set_lag(std::int32_t partition, std::int64_t records, lanes_of stage) {
  change(stage, [&](partition_figures& all) { all.lag[partition] = records; });
}

void set_lane(std::int32_t partition, const lane_figures& now, lanes_of stage) {
  change(stage, [&](partition_figures& all) { all.lanes[partition] = now; });
}

void set_records_lost(std::int32_t partition, std::int64_t offsets, lanes_of stage) {
  change(stage, [&](partition_figures& all) { all.records_lost[partition] = offsets; });
}

void forget_partition(std::int32_t partition, lanes_of stage) {
  change(stage, [&](partition_figures& all) {
    all.lag.erase(partition);
    all.lanes.erase(partition);
    all.records_lost.erase(partition);
  });
}

void set_mail_pace(double rate, double allowed, std::string_view limit) {
  auto& all = families();
  all.mail_rate.Set(rate);
  all.mail_allowed_rate.Set(allowed);
  all.mail_limit.each([limit](const auto& name, auto& holds) { holds.Set(name == limit ? 1 : 0); });
}

void set_mail_backlog(std::chrono::duration<double> oldest,
                      std::optional<std::chrono::duration<double>> eta) {
  auto& all = families();
  all.mail_oldest.Set(std::max(oldest.count(), 0.0));
  all.mail_eta.Set(eta ? std::max(eta->count(), 0.0) : std::numeric_limits<double>::quiet_NaN());
}

void set_outbox_oldest(std::chrono::duration<double> waited) {
  families().outbox_oldest.Set(waited.count());
}

void set_mail_retention(std::chrono::milliseconds kept) {
  families().mail_retention.Set(std::chrono::duration<double>(kept).count());
}

void count_restart(std::string_view kind) { families().restarts.with(kind).Increment(); }

void count_http_request(std::string_view route, std::string_view method, int status) {
  method = known_method(method);
  families().http_request(route, method, std::to_string(std::clamp(status, 0, 599))).Increment();
}

void set_event_streams(std::size_t n) { families().event_streams.Set(static_cast<double>(n)); }

void count_dropped_event_stream() { families().dropped_event_streams.Increment(); }

void count_refusal(std::string_view reason) { families().access_refusals.with(reason).Increment(); }

void count_key_reload(bool good) {
  families().key_reloads.with(good ? "ok" : "failed").Increment();
}

void count_audit_lost(std::size_t n) { families().audit_lost.Increment(static_cast<double>(n)); }

void count_upload_bytes(std::size_t n) {
  families().upload_bytes.Increment(static_cast<double>(n));
}

void count_service_calls(std::string_view service, std::string_view outcome, std::size_t n) {
  families().service_call(service, outcome).Increment(static_cast<double>(n));
}

void set_away(std::string_view dependency, std::int64_t n) {
  families().away.with(dependency).Set(static_cast<double>(n));
}

void count_webhook(std::string_view outcome) { families().webhook_calls.with(outcome).Increment(); }

void set_webhook_backlog(std::int64_t pending, std::chrono::milliseconds oldest, bool stopped) {
  auto& all = families();
  all.webhooks_pending.Set(static_cast<double>(pending));
  all.webhook_oldest.Set(std::chrono::duration<double>(oldest).count());
  all.webhook_stopped.Set(stopped ? 1 : 0);
}

void set_database_synchronous(bool synchronous) {
  families().database_synchronous.Set(synchronous ? 1 : 0);
}

void count_unconfirmed_commit(std::string_view reason) {
  families().unconfirmed_commits.with(reason).Increment();
}

void count_batch_failure() { families().batch_failures.Increment(); }

void set_breaker(std::string_view service, bool open) {
  families().breaker_open.with(service).Set(open ? 1 : 0);
}

} // namespace bankslip::telemetry
