#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace bankslip::e2e {

using environment = std::map<std::string, std::string>;

/// A message as it lies on a topic.
struct message {
  std::int32_t partition = -1;
  std::int64_t offset = -1;
  std::string key;
  std::string value;
  std::map<std::string, std::string> headers;
};

/// A database, topics and a consumer group of the test's own on the servers of
/// STACK_POSTGRES_PORT and STACK_KAFKA_PORT; dropped with this object. One
/// thread.
class own_stack {
public:
  own_stack();
  ~own_stack();
  own_stack(const own_stack&) = delete;
  own_stack& operator=(const own_stack&) = delete;

  /// Settings that a server needs to work on it.
  const environment& variables() const { return variables_; }
  std::string topic() const { return variables_.at("BANKSLIP_TOPIC"); }
  std::string dead_letter_topic() const { return variables_.at("BANKSLIP_DLQ_TOPIC"); }

  /// Runs statements; the rows of the last one, null as "".
  std::vector<std::vector<std::string>> sql(const std::string& statements);
  /// The first column of the first row.
  std::string value(const std::string& query);
  std::int64_t count(const std::string& query) { return std::stoll(value(query)); }

  /// Publishes as a foreign producer does: no key, no headers, on `partition`.
  void produce(std::int32_t partition, const std::vector<std::string>& values);
  /// Everything on `topic` at this moment, by partition and offset.
  std::vector<message> messages(const std::string& topic);
  /// Messages of the main topic whose offsets the group has not committed.
  std::int64_t uncommitted();

private:
  struct parts;

  environment variables_;
  std::unique_ptr<parts> parts_;
};

} // namespace bankslip::e2e
