#pragma once

#include <chrono>

#include "kafka/impl/handles.hpp"

namespace bankslip::kafka::impl {

/// Whether a broker can be reached, as far as one client knows. Belongs to the
/// thread that polls the client. Down until the first sign of life.
class connection_watch {
public:
  /// `patience`: how long a question may block.
  explicit connection_watch(std::chrono::milliseconds patience) : patience_{patience} {}

  bool up() const noexcept { return up_; }

  /// A broker has answered.
  void saw_success() noexcept { up_ = true; }

  /// To be called by the client's error callback; logs changes.
  void saw_error(rd_kafka_resp_err_t code, const char* reason);

  /// Asks for metadata while the client is thought to be cut off: an idle
  /// client would not notice that a broker is back. At most once a second.
  void probe(rd_kafka_t* client);

private:
  std::chrono::milliseconds patience_;
  bool up_ = false;
  std::chrono::steady_clock::time_point next_probe_{};
};

} // namespace bankslip::kafka::impl
