#include "kafka/impl/wake_up.hpp"

#include <cerrno>
#include <cstdint>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace bankslip::kafka::impl {

wake_up::wake_up() : event_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
  if (event_ < 0)
    throw std::system_error(errno, std::generic_category(), "eventfd");
}

wake_up::~wake_up() { ::close(event_); }

void wake_up::listen_to(rd_kafka_queue_t* queue) const noexcept {
  constexpr std::uint64_t one = 1;
  rd_kafka_queue_io_event_enable(queue, event_, &one, sizeof one);
}

void wake_up::wait(std::chrono::milliseconds at_most) const noexcept {
  pollfd events{event_, POLLIN, 0};
  ::poll(&events, 1, static_cast<int>(at_most.count()));
  std::uint64_t count = 0;
  [[maybe_unused]] auto size = ::read(event_, &count, sizeof count);
}

} // namespace bankslip::kafka::impl
