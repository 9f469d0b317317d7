#pragma once

#include <chrono>
#include <csignal>
#include <memory>

#include "app/service_manager.hpp"
#include "http/api/api.hpp"

namespace bankslip::app {

/// SIGINT and SIGTERM as events, and SIGHUP, where there are keys to read anew or a manager
/// that may send it. Made before any thread, so that all leave the signals to `wait`.
class stop_signals {
public:
  stop_signals(std::shared_ptr<http::key_ring> keys, service_manager& manager);

  /// Whether the process was told to stop within `span`. Reads the keys anew meanwhile, where
  /// it is told to.
  bool wait(std::chrono::milliseconds span) const;

private:
  void reload() const;

  std::shared_ptr<http::key_ring> keys_;
  service_manager& manager_;
  sigset_t set_;
};

} // namespace bankslip::app
