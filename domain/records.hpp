#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/debt.hpp"

namespace bankslip::domain {

/// A further header of a Kafka record.
struct record_header {
  std::string name;
  std::string value;
};

/// Which topic a record is for.
enum class channel : std::uint8_t { debts, dead_letters };

/// Marks a key or a value as null, in place of its beginning; Kafka tells it from an empty one.
constexpr std::uint32_t null_text = UINT32_MAX;

/// A part of a batch's buffer. Without `data()` where it is null.
inline std::string_view text_in(const std::string& buffer, std::uint32_t begin,
                                std::uint32_t size) noexcept {
  return begin == null_text ? std::string_view{} : std::string_view{buffer}.substr(begin, size);
}

/// One record to publish; key and value stand in the batch's buffer.
struct outbound_record {
  std::uint32_t key_begin = 0;
  std::uint32_t key_size = 0;
  std::uint32_t value_begin = 0;
  std::uint32_t value_size = 0;
  /// Header `row`; only where the batch has an upload_id.
  std::int64_t row = -1;
};

/// Records that are published together and answered together.
/// Immutable once it is handed on; shared without copying.
struct outbound_batch {
  channel to = channel::debts;
  /// Bytes of all keys and values.
  std::string buffer;
  std::vector<outbound_record> records;
  /// Header `upload_id` of every record; 0 = none.
  std::int64_t upload_id = 0;
  /// Header `stored: 1` of every record: the row is in the database already.
  bool stored = false;
  /// Further headers of every record (dead letters travel alone).
  std::vector<record_header> headers;
  /// Header `traceparent` of each record, in their order, empty for none; no entry at all
  /// where no client sent one.
  std::vector<std::string> traces;

  std::string_view key(const outbound_record& r) const noexcept {
    return text_in(buffer, r.key_begin, r.key_size);
  }
  std::string_view value(const outbound_record& r) const noexcept {
    return text_in(buffer, r.value_begin, r.value_size);
  }
  /// Appends a record. A key or value without `data()` is null.
  void add(std::string_view key, std::string_view value, std::int64_t row = -1);
};

using outbound_batch_ptr = std::shared_ptr<const outbound_batch>;

/// One consumed record; key and value stand in the batch's buffer.
struct inbound_record {
  std::int64_t offset = -1;
  std::uint32_t key_begin = 0;
  std::uint32_t key_size = 0;
  std::uint32_t value_begin = 0;
  std::uint32_t value_size = 0;
  /// Headers `upload_id` and `row`, where both are present and numbers.
  origin from;
  /// Header `stored: 1`.
  bool stored = false;
};

/// Consecutive records of one partition, by rising offset.
/// Immutable once it is handed on; shared without copying.
struct inbound_batch {
  std::int32_t partition = -1;
  std::string buffer;
  std::vector<inbound_record> records;
  /// Headers of other producers, by offset; a dead letter keeps them.
  std::map<std::int64_t, std::vector<record_header>> foreign_headers;
  /// All their names and values together.
  std::size_t header_bytes = 0;

  /// Counts the bytes that the records hold.
  std::size_t bytes() const noexcept { return buffer.size() + header_bytes; }
  std::string_view key(const inbound_record& r) const noexcept {
    return text_in(buffer, r.key_begin, r.key_size);
  }
  std::string_view value(const inbound_record& r) const noexcept {
    return text_in(buffer, r.value_begin, r.value_size);
  }
  /// Header `traceparent` of a record; empty for none.
  std::string_view trace(const inbound_record& r) const noexcept;
  /// Appends a record. A key or value without `data()` is null.
  void add(std::int64_t offset, std::string_view key, std::string_view value, origin from = {},
           bool stored = false);
  /// Headers of the record at `offset`.
  void add_headers(std::int64_t offset, std::vector<record_header> headers);
};

using inbound_batch_ptr = std::shared_ptr<const inbound_batch>;

} // namespace bankslip::domain
