#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <caf/expected.hpp>

#include "domain/debt.hpp"
#include "domain/records.hpp"
#include "domain/time.hpp"

namespace bankslip::domain {

/// A record of the topic of dead letters.
struct dead_letter_record {
  std::int32_t partition = -1;
  std::int64_t offset = -1;
  /// When it was published.
  utc_time at{};
  std::string key;
  /// The beginning of the value: at most 64 KiB.
  std::string value;
  /// Bytes of the whole value.
  std::size_t value_bytes = 0;
  origin from;
  /// Without `upload_id`, `row` and `stored`.
  std::vector<record_header> headers;
};

/// By partition, the offset below which a page begins. Partitions that are missing
/// have nothing more.
using dead_letter_position = std::map<std::int32_t, std::int64_t>;

/// A page of dead letters, the newest first: by time, and in each partition by offset.
struct dead_letter_page {
  std::string topic;
  std::vector<dead_letter_record> records;
  /// The next page begins there; empty: this is the last one.
  dead_letter_position next;
};

/// The topic of dead letters, for people who look into it. Joins no group and moves no
/// offset. Thread-safe; one call at a time is served, others wait.
class dead_letter_log {
public:
  virtual ~dead_letter_log() = default;
  /// Reads a page of at most `limit` records below `before`; an empty one begins with
  /// the newest. A page may have fewer and yet not be the last. Records that come
  /// meanwhile are on no page. `broker_unavailable` when the broker does not answer in
  /// time; `overloaded` when others are reading.
  virtual caf::expected<dead_letter_page> read(int limit, const dead_letter_position& before) = 0;
};

} // namespace bankslip::domain
