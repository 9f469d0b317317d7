#include <array>
#include <cerrno>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mocks/impl/event_server.hpp"

namespace bankslip::mocks {

void event_server::accept_all(std::size_t index) {
  for (;;) {
    int fd = ::accept4(listeners_[index].fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
      return;
    if (static_cast<std::size_t>(fd) >= connections_.size())
      connections_.resize(fd + 1);
    auto c = std::make_unique<connection>();
    c->fd = fd;
    c->from = index;
    c->number = next_number_++;
    connections_[fd] = std::move(c);
    epoll_event e{};
    e.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    e.data.u64 = static_cast<std::uint64_t>(fd);
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &e);
  }
}

void event_server::read_all(connection& c) {
  std::array<char, 16 * 1024> bytes;
  for (;;) {
    auto n = ::recv(c.fd, bytes.data(), bytes.size(), 0);
    if (n > 0 && c.in.size() <= max_head_bytes + max_body_bytes) {
      c.in.append(bytes.data(), static_cast<std::size_t>(n));
      if (static_cast<std::size_t>(n) == bytes.size())
        continue;
    } else if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
      break;
    } else if (n <= 0 || c.in.size() > max_head_bytes + max_body_bytes) {
      close(c);
      return;
    }
  }
  if (!c.answering)
    handle_next(c);
}

void event_server::handle_next(connection& c) {
  if (c.in.empty())
    return;
  auto reading = read_request(c.in);
  if (reading.what == request_reading::kind::incomplete)
    return;
  c.plan = {};
  c.sent = 0;
  c.answering = true;
  c.begun = false;
  if (reading.what == request_reading::kind::bad) {
    c.plan.bytes =
        http_answer(reading.status, "{\"error\":\"" + std::string{reading.problem} + "\"}",
                    "Connection: close\r\n");
    c.plan.after = reply_plan::ending::close;
    c.in.clear();
  } else {
    auto number = c.number;
    auto fd = static_cast<std::size_t>(c.fd);
    listeners_[c.from].on_request(reading.request, c.plan);
    if (!find(fd, number))
      return;
    if (!reading.request.keep_alive && c.plan.after == reply_plan::ending::keep)
      c.plan.after = reply_plan::ending::close;
    c.in.erase(0, reading.request.size);
  }
  ready_.emplace_back(c.fd, c.number);
}

void event_server::send_some(connection& c) {
  if (!c.begun || c.plan.delay.count() > 0)
    return;
  for (;;) {
    if (c.sent == c.plan.bytes.size()) {
      c.plan.bytes.clear();
      c.sent = 0;
      if (!c.plan.producer || !c.plan.producer(c.plan.bytes)) {
        end_answer(c);
        return;
      }
      continue;
    }
    auto drip = c.plan.drip.count() > 0;
    auto size = drip ? 1 : c.plan.bytes.size() - c.sent;
    auto n = ::send(c.fd, c.plan.bytes.data() + c.sent, size, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno != EAGAIN && errno != EINTR)
        close(c);
      return;
    }
    c.sent += static_cast<std::size_t>(n);
    if (drip) {
      c.plan.delay = c.plan.drip;
      timers_.push({std::chrono::steady_clock::now() + c.plan.drip, c.number,
                    static_cast<std::size_t>(c.fd)});
      return;
    }
  }
}

void event_server::end_answer(connection& c) {
  c.answering = false;
  if (c.plan.after != reply_plan::ending::keep) {
    close(c, c.plan.after == reply_plan::ending::reset);
    return;
  }
  handle_next(c);
}

void event_server::close(connection& c, bool reset) {
  if (reset) {
    linger hard{1, 0};
    ::setsockopt(c.fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  }
  ::close(c.fd);
  connections_[static_cast<std::size_t>(c.fd)].reset();
}

} // namespace bankslip::mocks
