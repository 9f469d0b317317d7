#include "http/server/connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/server/request_id.hpp"
#include "http/server/socket_wait.hpp"

namespace bankslip::http {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t read_bytes = 64 * 1024;

std::string address_of_peer(int socket) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  char text[INET6_ADDRSTRLEN] = "";
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) != 0)
    return {};
  if (peer.ss_family == AF_INET)
    ::inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in&>(peer).sin_addr, text, sizeof text);
  else if (peer.ss_family == AF_INET6)
    ::inet_ntop(AF_INET6, &reinterpret_cast<sockaddr_in6&>(peer).sin6_addr, text, sizeof text);
  return text;
}

} // namespace

connection::connection(int socket, const connection_limits& limits, const server_signals& signals)
    : socket_{socket}, address_{address_of_peer(socket)}, limits_{limits}, signals_{signals} {}

connection::~connection() {
  if (socket_ < 0)
    return;
  ::shutdown(socket_, SHUT_RDWR);
  ::close(socket_);
}

// Read elsewhere and appended: a text that is made longer is first filled with zeros.
std::ptrdiff_t connection::fill() {
  std::array<char, read_bytes> bytes;
  ssize_t n = -1;
  do
    n = ::recv(socket_, bytes.data(), bytes.size(), 0);
  while (n < 0 && errno == EINTR);
  if (n > 0)
    buffer_.append(bytes.data(), static_cast<std::size_t>(n));
  return n;
}

bool connection::await_first_byte() {
  const auto span = fresh_ ? limits_.head : limits_.idle;
  const auto began = steady_clock::now();
  while (buffer_.empty()) {
    const auto busy = signals_.waiting > 0;
    const auto limit = !busy ? span : fresh_ ? limits_.head_when_busy : milliseconds{0};
    const auto left = time_until(began + limit);
    if (wait_readable(socket_, std::min(left, wait_slice)))
      return fill() > 0;
    if (signals_.stopping || left <= milliseconds{0})
      return false;
  }
  return true;
}

connection::head_result connection::await_head() {
  if (signals_.stopping || !await_first_byte())
    return head_result::closed;
  fresh_ = false;
  const auto began = steady_clock::now();
  for (std::size_t searched = 0;;) {
    // Empty lines before a request are allowed.
    while (searched == 0 && buffer_.starts_with("\r\n"))
      buffer_.erase(0, 2);
    const auto end = buffer_.find("\r\n\r\n", searched);
    if (std::min(end, buffer_.size()) > max_head_bytes)
      return refuse(431, "the request's head is too long");
    if (end != std::string::npos)
      return take_head(end + 4);
    searched = buffer_.size() < 3 ? 0 : buffer_.size() - 3;
    const auto limit = signals_.waiting > 0 ? limits_.head_when_busy : limits_.head;
    const auto left = time_until(began + limit);
    if (left <= milliseconds{0})
      return refuse(408, "the request's head took too long");
    if (wait_readable(socket_, std::min(left, wait_slice)) && fill() <= 0)
      return head_result::closed;
  }
}

connection::head_result connection::refuse(int status, std::string text) {
  refusal_ = {status, std::move(text)};
  return head_result::refused;
}

connection::head_result connection::take_head(std::size_t size) {
  auto parsed = parse_head(std::string_view{buffer_}.substr(0, size));
  buffer_.erase(0, size);
  if (auto* refusal = std::get_if<head_refusal>(&parsed)) {
    refusal_ = std::move(*refusal);
    return head_result::refused;
  }
  head_ = std::get<request_head>(std::move(parsed));
  head_.id = request_id(head_.find_header("X-Request-Id"));
  body_bytes_ = 0;
  chunks_ = {};
  write_until_.reset();
  body_done_ = !head_.has_body();
  return head_result::ready;
}

bool connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = send_some(bytes);
    if (n < 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

std::ptrdiff_t connection::send_some(std::string_view bytes) {
  const auto stalled_at = steady_clock::now() + limits_.write_stall;
  if (!write_until_)
    write_until_ = steady_clock::now() + limits_.write_total;
  const auto deadline = std::min(stalled_at, *write_until_);
  while (true) {
    const auto n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0)
      return n;
    if (errno == EINTR)
      continue;
    if ((errno != EAGAIN && errno != EWOULDBLOCK) || time_until(deadline) <= milliseconds{0})
      return -1;
    wait_writable(socket_, time_until(deadline));
  }
}

void connection::linger(std::uint64_t bytes) {
  ::shutdown(socket_, SHUT_WR);
  const auto began = steady_clock::now();
  for (std::uint64_t taken = 0; taken < bytes;) {
    const auto hurry = signals_.stopping || signals_.waiting > 0;
    const auto limit = began + (hurry ? limits_.linger_when_busy : limits_.linger);
    const auto left = time_until(limit);
    if (left <= milliseconds{0})
      return;
    if (!wait_readable(socket_, std::min(left, wait_slice)))
      continue;
    buffer_.clear();
    const auto n = fill();
    if (n <= 0)
      return;
    taken += static_cast<std::uint64_t>(n);
  }
}

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
