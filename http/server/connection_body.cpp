#include <algorithm>
#include <utility>

#include "http/server/connection.hpp"
#include "http/server/socket_wait.hpp"

namespace bankslip::http {

using std::chrono::milliseconds;

void connection::begin_body(const body_limits& limits) {
  body_ = limits;
  body_until_ = steady_clock::now() + limits.total;
  rate_waited_ = {};
  rate_bytes_ = 0;
}

bool connection::stop_grace_over() const {
  const steady_clock::duration since{signals_.stopping_since.load()};
  return signals_.stopping
         && steady_clock::now() - steady_clock::time_point{since} > limits_.stop_grace;
}

connection::wait_result connection::wait_for_body() {
  while (
      !wait_readable(socket_, std::clamp(time_until(body_until_), milliseconds{0}, wait_slice))) {
    if (stop_grace_over())
      return wait_result::stopped;
    if (time_until(body_until_) <= milliseconds{0})
      return wait_result::timed_out;
    if (check_pace(wait_slice, 0) != body_result::bytes)
      return wait_result::timed_out;
  }
  return time_until(body_until_) > milliseconds{0} ? wait_result::ready : wait_result::timed_out;
}

body_result connection::check_pace(steady_clock::duration waited, std::size_t bytes) {
  rate_waited_ += waited;
  rate_bytes_ += bytes;
  if (body_.min_bytes_per_second == 0 || rate_waited_ < body_.rate_window)
    return body_result::bytes;
  const auto window = std::chrono::duration_cast<std::chrono::seconds>(body_.rate_window).count();
  const auto enough = body_.min_bytes_per_second * static_cast<std::uint64_t>(window);
  const auto slow = rate_bytes_ < enough;
  rate_waited_ = {};
  rate_bytes_ = 0;
  return slow ? body_result::too_slow : body_result::bytes;
}

body_result connection::read_body(std::string& out) {
  if (head_.content_length.value_or(0) > body_.max_bytes)
    return body_result::too_large;
  while (!body_done_) {
    if (!buffer_.empty()) {
      const auto before = out.size();
      const auto result = decode_buffer(out);
      if (result != body_result::bytes || out.size() > before)
        return result;
      continue;
    }
    if (std::exchange(head_.expects_continue, false)) {
      send("HTTP/1.1 100 Continue\r\n\r\n");
      write_until_.reset();
    }
    const auto began = steady_clock::now();
    switch (wait_for_body()) {
      case wait_result::stopped:
        return body_result::stopping;
      case wait_result::timed_out:
        return body_result::too_slow;
      case wait_result::ready:
        break;
    }
    if (fill() <= 0)
      return body_result::truncated;
    // Whole slices were counted while waiting; the rest is counted here.
    const auto rest = (steady_clock::now() - began) % steady_clock::duration{wait_slice};
    if (check_pace(rest, buffer_.size()) != body_result::bytes)
      return body_result::too_slow;
  }
  return body_result::end;
}

body_result connection::decode_buffer(std::string& out) {
  const auto before = out.size();
  if (head_.chunked) {
    buffer_.erase(0, chunks_.decode(buffer_, out));
    if (chunks_.now() == chunked_decoder::state::malformed)
      return body_result::malformed;
    body_done_ = chunks_.now() == chunked_decoder::state::done;
  } else {
    const auto left = *head_.content_length - body_bytes_;
    const auto n = std::min<std::uint64_t>(left, buffer_.size());
    out.append(buffer_, 0, n);
    buffer_.erase(0, n);
    body_done_ = n == left;
  }
  body_bytes_ += out.size() - before;
  if (body_bytes_ > body_.max_bytes) {
    body_done_ = false;
    return body_result::too_large;
  }
  return body_result::bytes;
}

} // namespace bankslip::http
