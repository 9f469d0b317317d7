#pragma once

#include <chrono>

/// Waiting on a socket, in slices short enough to notice the server's signals.
namespace bankslip::http {

/// How often a waiting thread looks at the server's signals.
constexpr std::chrono::milliseconds wait_slice{100};

/// Time until `deadline`, rounded up; not positive once it has passed.
std::chrono::milliseconds time_until(std::chrono::steady_clock::time_point deadline);

/// Waits until `socket` can be read, for at most `span`.
bool wait_readable(int socket, std::chrono::milliseconds span);

/// Waits until `socket` can be written, for at most `span`.
bool wait_writable(int socket, std::chrono::milliseconds span);

} // namespace bankslip::http
