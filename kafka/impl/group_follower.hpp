#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

#include "kafka/impl/handles.hpp"
#include "kafka/kafka.hpp"

namespace bankslip::kafka::impl {

/// A client that speaks for the group without joining it.
caf::expected<client_ptr> make_spokesman(kafka_options options);

/// Knows what another consumer group has committed. One thread.
class group_follower {
public:
  /// `leader`: options of that group.
  explicit group_follower(kafka_options leader) : leader_{std::move(leader)} {}

  /// Asks for the committed offsets of these partitions, at most every 100 ms; blocks for
  /// the answer, a second at most.
  void look(const std::vector<std::int32_t>& partitions);
  /// Everything below is settled by the other group; -1: nothing, as far as is known.
  /// Never goes back.
  std::int64_t committed(std::int32_t partition) const;

private:
  kafka_options leader_;
  client_ptr client_;
  std::map<std::int32_t, std::int64_t> committed_;
  std::chrono::steady_clock::time_point next_look_{};
};

} // namespace bankslip::kafka::impl
