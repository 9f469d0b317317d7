#pragma once

#include <chrono>

#include "kafka/impl/handles.hpp"

namespace bankslip::kafka::impl {

/// Whether a broker can be reached, as far as one client knows. Belongs to the
/// thread that polls the client. Down until the first sign of life.
class connection_watch {
public:
  bool up() const noexcept { return up_; }

  /// A broker has answered.
  void saw_success() noexcept { up_ = true; }

  /// To be called by the client's error callback; logs changes.
  void saw_error(rd_kafka_resp_err_t code, const char* reason);

  /// Asks for metadata while the client is thought to be cut off: an idle
  /// client would not notice that a broker is back. At most twice a second,
  /// waits at most 50 ms.
  void probe(rd_kafka_t* client);

private:
  bool up_ = false;
  std::chrono::steady_clock::time_point next_probe_{};
};

} // namespace bankslip::kafka::impl
