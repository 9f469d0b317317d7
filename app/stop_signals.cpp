#include "app/stop_signals.hpp"

#include <ctime>
#include <utility>

namespace bankslip::app {

stop_signals::stop_signals(std::shared_ptr<http::key_ring> keys, service_manager& manager)
    : keys_{std::move(keys)}, manager_{manager} {
  sigemptyset(&set_);
  sigaddset(&set_, SIGINT);
  sigaddset(&set_, SIGTERM);
  if (keys_ || manager_.is_there())
    sigaddset(&set_, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool stop_signals::wait(std::chrono::milliseconds span) const {
  timespec time{};
  time.tv_sec = span.count() / 1000;
  time.tv_nsec = span.count() % 1000 * 1'000'000;
  const auto came = sigtimedwait(&set_, nullptr, &time);
  if (came == SIGHUP)
    reload();
  return came > 0 && came != SIGHUP;
}

void stop_signals::reload() const {
  manager_.reloading();
  if (keys_)
    keys_->reload();
  manager_.reloaded();
}

} // namespace bankslip::app
