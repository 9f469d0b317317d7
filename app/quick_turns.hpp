#pragma once

namespace bankslip::app {

/// Threads that answer requests do little at a time. While this object lives, those that its
/// own thread starts get short turns on the processor, for as long as they live: one that
/// wakes up need not wait until a thread that settles files has had a long one. Linux 6.12
/// and newer; older ones do not know of it.
class quick_turns {
public:
  quick_turns() noexcept;
  ~quick_turns();
  quick_turns(const quick_turns&) = delete;
  quick_turns& operator=(const quick_turns&) = delete;
};

} // namespace bankslip::app
