#pragma once

#include <chrono>

#include "kafka/impl/handles.hpp"

namespace bankslip::kafka::impl {

/// One wait for several of a client's queues: each that stops being empty
/// wakes it. Must outlive the client.
class wake_up {
public:
  wake_up();
  ~wake_up();
  wake_up(const wake_up&) = delete;
  wake_up& operator=(const wake_up&) = delete;

  void listen_to(rd_kafka_queue_t* queue) const noexcept;
  /// Returns at once where something has come since the last wait. Look into
  /// the queues after it: what woke it may be gone.
  void wait(std::chrono::milliseconds at_most) const noexcept;

private:
  int event_;
};

} // namespace bankslip::kafka::impl
