#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace bankslip::app {

/// Tells the service manager that started the process how it is, by the datagrams of
/// sd_notify(3): systemd's, or whoever serves the socket that NOTIFY_SOCKET names. Nothing
/// is told where nobody does. The protocol is promised to stay, and libsystemd would
/// bring libcap, libgcrypt, libgpg-error and liblzma into the process. One thread.
class service_manager {
public:
  /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
  service_manager();
  ~service_manager();
  service_manager(const service_manager&) = delete;
  service_manager& operator=(const service_manager&) = delete;

  /// Whether there is one.
  bool is_there() const noexcept { return socket_ >= 0; }

  /// Work has not begun yet, for want of `reason`; the manager is to be patient for
  /// `patience` more.
  void starting(std::string_view reason, std::chrono::seconds patience);
  /// The process serves.
  void ready();
  /// Settings are read anew, and have been. Nothing is told before `ready`.
  void reloading();
  void reloaded();
  /// The process stops, within `patience`.
  void stopping(std::chrono::milliseconds patience);

  /// Whether a sign of life is due: three in the time after which the manager ends a
  /// process that gives none. Never, where it does not watch this process.
  bool wants_sign_of_life() const;
  /// The sign of life. Give it only once the parts that do the work have shown theirs.
  void alive();

private:
  void tell(const std::string& state) const;

  int socket_ = -1;
  bool was_ready_ = false;
  /// 0: the manager does not watch.
  std::chrono::microseconds watched_{0};
  std::chrono::steady_clock::time_point last_sign_{};
};

} // namespace bankslip::app
