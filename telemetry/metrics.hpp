#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The one access point for all metrics of the process. Every function is
/// thread-safe and cheap enough for once a batch, not for once a row.
namespace bankslip::telemetry {

/// Stages of the pipeline, label `stage` of `bankslip_stage_seconds`.
enum class stage { parse, publish, check, boleto, email, store };

/// bankslip_stage_seconds{stage}: time of one batch in one stage.
void observe_stage(stage s, double seconds);

/// Measures the time until it is destroyed into `observe_stage`.
class stage_timer {
public:
  explicit stage_timer(stage s) noexcept;
  ~stage_timer();
  stage_timer(const stage_timer&) = delete;
  stage_timer& operator=(const stage_timer&) = delete;

private:
  stage stage_;
  std::int64_t began_ns_;
};

/// bankslip_batch_rows{kind}: rows in a chunk, a settled batch, …
void observe_batch(std::string_view kind, std::size_t rows);

/// bankslip_rows_total{outcome}: accepted, rejected, generated, emailed,
/// duplicate, conflict, failed, in_doubt, held, put_off, unreadable.
void count_rows(std::string_view outcome, std::size_t n);

/// One holder's share of bankslip_in_flight{link} and bankslip_credit{link}, the
/// used and free places of a bounded link: "upload", "chunks", "stores",
/// "publisher", "lanes", "pool", "mail_lanes", "mail_pool". A metric is the sum over the living
/// holders of its link, such as the chunks of all PARSERs. Belongs to one thread at a time.
class link_share {
public:
  /// `link` is a literal.
  explicit link_share(std::string_view link) noexcept : link_{link} {}
  /// Takes the share out of the sums.
  ~link_share() { set(0, 0); }
  link_share(const link_share&) = delete;
  link_share& operator=(const link_share&) = delete;

  void set(std::int64_t in_flight, std::int64_t credit) noexcept;

private:
  std::string_view link_;
  std::int64_t in_flight_ = 0;
  std::int64_t credit_ = 0;
};

/// bankslip_queue_length{queue}: rows or batches that wait.
void set_queue_length(std::string_view queue, std::int64_t n);

/// The stage of settling whose lanes are told of: the one that all records come to first,
/// or that of the e-mails.
enum class lanes_of : std::uint8_t { records, mails };

/// bankslip_consumer_lag{partition}, of the mail stage bankslip_mail_lag{partition}: records
/// not yet settled.
void set_lag(std::int32_t partition, std::int64_t records, lanes_of stage = lanes_of::records);
/// One lane, as `/events` shows it; forgotten with the partition.
struct lane_figures {
  /// Records not yet settled; nothing before it is known.
  std::optional<std::int64_t> lag{};
  /// Records taken from the broker that wait for their turn.
  std::int64_t waiting = 0;
  /// Batches being settled.
  std::int64_t in_flight = 0;
  /// Batches it still gathers before it is not read any more.
  std::int64_t credit = 0;
};
/// All but the lag, which `set_lag` tells. Those of the mail stage are not shown.
void set_lane(std::int32_t partition, const lane_figures& now, lanes_of stage = lanes_of::records);
/// bankslip_records_lost{partition}: offsets that were gone before their records
/// were settled; the partition waits for a person. The mail stage shows none.
void set_records_lost(std::int32_t partition, std::int64_t offsets,
                      lanes_of stage = lanes_of::records);
/// The partition is no longer ours: none of its values are shown.
void forget_partition(std::int32_t partition, lanes_of stage = lanes_of::records);

/// bankslip_mail_rate and bankslip_mail_allowed_rate: e-mails a second that this process
/// sends in its mail stage, and may send (0: nobody says); bankslip_mail_limit{limit}: 1 at
/// what holds them down: none, setting, provider, retry_after, schedule.
void set_mail_pace(double rate, double allowed, std::string_view limit);
/// bankslip_mail_oldest_seconds and bankslip_mail_eta_seconds, of all processes: how long the
/// oldest e-mail has waited, and until when all are out; empty where nobody knows.
void set_mail_backlog(std::chrono::duration<double> oldest,
                      std::optional<std::chrono::duration<double>> eta);
/// bankslip_mail_retention_seconds: how long the topic keeps records; 0: for ever.
void set_mail_retention(std::chrono::milliseconds kept);
/// bankslip_outbox_oldest_seconds: since when the oldest entry of the last claim is due.
void set_outbox_oldest(std::chrono::duration<double> waited);

/// bankslip_actor_restarts_total{kind}.
void count_restart(std::string_view kind);

/// bankslip_http_requests_total{route,method,status}; `route` is the pattern,
/// never the path of a request.
void count_http_request(std::string_view route, std::string_view method, int status);

/// bankslip_event_streams: open streams of events.
void set_event_streams(std::size_t n);
/// bankslip_event_streams_dropped_total: those whose client was too slow.
void count_dropped_event_stream();
/// bankslip_access_refusals_total{reason}: no_key, wrong_key, several_keys, no_session,
/// cross_site, scope, rate, rows.
void count_refusal(std::string_view reason);
/// bankslip_key_reloads_total{result}: ok, failed.
void count_key_reload(bool good);
/// bankslip_audit_lost_total: changes that no audit shows, for lack of room while the
/// database was away.
void count_audit_lost(std::size_t n);

/// bankslip_upload_bytes_total.
void count_upload_bytes(std::size_t n);

/// bankslip_service_calls_total{service,outcome} and
/// bankslip_breaker_open{service}.
void count_service_calls(std::string_view service, std::string_view outcome, std::size_t n);
void set_breaker(std::string_view service, bool open);

/// bankslip_away{dependency}: how many dependencies of a kind are away.
void set_away(std::string_view dependency, std::int64_t n);

/// bankslip_database_synchronous: whether commits wait for a synchronous standby.
void set_database_synchronous(bool synchronous);

/// bankslip_webhook_calls_total{outcome}: delivered, failed (to be tried again),
/// exhausted, gone.
void count_webhook(std::string_view outcome);
/// bankslip_webhooks_pending (at most 10,000), bankslip_webhook_oldest_seconds and
/// bankslip_webhook_stopped, of all processes.
void set_webhook_backlog(std::int64_t pending, std::chrono::milliseconds oldest, bool stopped);

/// bankslip_commits_unconfirmed_total{reason}: commits that count as not done, since the
/// synchronous standby's word is missing: late (the answer did not come in time; any other
/// statement too), cancelled (somebody ended the wait).
void count_unconfirmed_commit(std::string_view reason);

/// bankslip_batch_failures_total: batches that a worker could not settle and that
/// are tried again.
void count_batch_failure();

/// Prometheus text format 0.0.4 of all of the above and of the process: CPU
/// seconds, resident bytes, threads, open files, start time.
std::string render_metrics();

} // namespace bankslip::telemetry
