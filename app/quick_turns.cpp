#include "app/quick_turns.hpp"

#include <cstdint>

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace bankslip::app {

namespace {

/// The shortest that the kernel takes.
constexpr std::uint64_t quick_ns = 100'000;
constexpr std::uint64_t default_ns = 0;

/// `struct sched_attr` of sched_setattr(2); the C library has neither.
struct scheduling {
  std::uint32_t size = sizeof(scheduling);
  std::uint32_t policy = 0;
  std::uint64_t flags = keep_policy;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  /// A turn's length.
  std::uint64_t runtime = 0;
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;

  static constexpr std::uint64_t keep_policy = 0x08;
};

/// Sets the turns of this thread, which those that it starts inherit.
void set_turns(std::uint64_t nanoseconds) noexcept {
  scheduling wanted;
  wanted.nice = ::getpriority(PRIO_PROCESS, 0);
  wanted.runtime = nanoseconds;
  ::syscall(SYS_sched_setattr, 0, &wanted, 0);
}

} // namespace

quick_turns::quick_turns() noexcept { set_turns(quick_ns); }

quick_turns::~quick_turns() { set_turns(default_ns); }

} // namespace bankslip::app
