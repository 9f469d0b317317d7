#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <caf/error.hpp>

#include "domain/debt.hpp"
#include "domain/records.hpp"

/// Kafka, as the business sees it; see `domain/ports.hpp` for what holds for all ports.
namespace bankslip::domain {

/// JSON form of a debt on the topic.
class debt_codec {
public:
  virtual ~debt_codec() = default;
  /// Appends one JSON object, fields in the order name, government_id, email,
  /// debt_amount, debt_due_date, debt_id.
  virtual void encode(const debt& d, std::string& out) const = 0;
  /// Reads and validates one object. `invalid_input` names field and reason.
  virtual caf::error decode(std::string_view json, debt& out) const = 0;
};

/// Names a batch given to a `record_sink`.
struct publish_token {
  std::uint64_t value = 0;
  friend auto operator<=>(const publish_token&, const publish_token&) = default;
};

/// Outcome of one batch: no error means that the broker has acknowledged
/// every record of it (acks=all).
struct publish_result {
  publish_token token;
  caf::error error;
};

/// Longest wait of a record for the broker's acknowledgement, where KAFKA_PUBLISH_TIMEOUT
/// does not say another one.
constexpr std::chrono::milliseconds default_publish_timeout{60'000};

/// Takes records: a Kafka producer.
class record_sink {
public:
  virtual ~record_sink() = default;
  /// Whether `publish` takes another batch now. False while the client's
  /// queue is full: call `poll` and ask again.
  virtual bool ready() const = 0;
  /// Takes a batch; its outcome comes from `poll`.
  virtual void publish(publish_token token, outbound_batch_ptr batch) = 0;
  /// Serves acknowledgements, waiting at most `max_wait` for the first.
  virtual std::vector<publish_result> poll(std::chrono::milliseconds max_wait) = 0;
  /// Batches taken and not yet answered.
  virtual std::size_t in_flight() const = 0;
  /// Set once this client can never publish again. Make a new one and give it
  /// what `take_unfinished` returns.
  virtual caf::error fatal() const = 0;
  /// The records that were not acknowledged, by token; the sink forgets them.
  virtual std::vector<std::pair<publish_token, outbound_batch_ptr>> take_unfinished() = 0;
  /// Whether a broker connection is up, as far as the client knows.
  virtual bool connected() const = 0;
};

/// A partition that cannot be read on from where it stands.
struct stopped_partition {
  std::string topic;
  std::int32_t partition = -1;
  /// Everything below is settled; -1: nothing was ever committed.
  std::int64_t committed = -1;
  /// The record to read next; -1: the first there is.
  std::int64_t next = -1;
  /// The offset of the log's first record and one above its last; -1: unknown.
  std::int64_t low = -1;
  std::int64_t high = -1;
  /// The client's words.
  std::string reason;

  /// Records were deleted before they were read, or the log's end went back
  /// behind what was read. Nobody but a person can say where to go on.
  bool is_lost() const noexcept { return next >= 0 && low >= 0 && (next < low || next > high); }
  /// How many offsets are not there.
  std::int64_t lost() const noexcept {
    return !is_lost() ? 0 : next < low ? low - next : next - high;
  }
};

/// Receives what `record_source::poll` has found, inside that call.
class source_visitor {
public:
  virtual ~source_visitor() = default;
  /// These partitions are ours from now on.
  virtual void on_assigned(std::span<const std::int32_t> partitions) = 0;
  /// These are no longer ours; results for them must be dropped.
  virtual void on_revoked(std::span<const std::int32_t> partitions) = 0;
  /// Headers that other producers gave to the next `on_record`: all but
  /// upload_id, row and stored. Only called where there are some.
  virtual void on_foreign_headers(std::vector<record_header> headers) {
    static_cast<void>(headers);
  }
  /// One record, valid during the call. By rising offset in a partition. A key or
  /// value that is null has no `data()`.
  virtual void on_record(std::int32_t partition, std::int64_t offset, std::string_view key,
                         std::string_view value, origin from, bool stored) = 0;
  /// The end of the partition is reached: every record below `position` was handed
  /// on. More may come later.
  virtual void on_end(std::int32_t partition, std::int64_t position) {
    static_cast<void>(partition);
    static_cast<void>(position);
  }
  /// No more records of this partition come until it is assigned again, if
  /// records are lost; else the source tries again by itself.
  virtual void on_stopped(const stopped_partition& stopped) { static_cast<void>(stopped); }
};

/// Gives records: a member of a Kafka consumer group.
class record_source {
public:
  virtual ~record_source() = default;
  /// Waits at most `max_wait` for the first event, then takes what is there,
  /// at most `max_records`. Errors: `broker_unavailable` (goes on by itself),
  /// `client_fatal` (make a new source). A partition that cannot be read is no
  /// error of the source: the others go on. Must be called at least every few
  /// seconds, paused or not.
  virtual caf::error poll(std::chrono::milliseconds max_wait, std::size_t max_records,
                          source_visitor& visitor) = 0;
  /// Everything below `next_offset` of `partition` is settled. Sent to the
  /// broker soon; at the latest when the partition is revoked or at `close`.
  virtual void commit(std::int32_t partition, std::int64_t next_offset) = 0;
  /// Whether records of a partition are handed out; what was fetched ahead is
  /// kept. Cheap.
  virtual void pause(std::int32_t partition) = 0;
  virtual void resume(std::int32_t partition) = 0;
  /// Offsets between the committed one and the end of each partition of ours,
  /// from what the client has last heard. Known from the assignment on.
  virtual std::vector<std::pair<std::int32_t, std::int64_t>> lag() = 0;
  virtual bool connected() const = 0;
  /// Commits, leaves the group. Bounded in time.
  virtual void close() = 0;
};

} // namespace bankslip::domain
