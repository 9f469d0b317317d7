#include "services/impl/event_server.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "domain/error.hpp"

namespace bankslip::services {

namespace {

using std::chrono::steady_clock;

// Numbers of listeners and of the wake-up in epoll's data are above those of
// descriptors.
constexpr std::uint64_t listener_base = 1ull << 32;
constexpr std::uint64_t wake_mark = 1ull << 33;

} // namespace

event_server::event_server() {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (epoll_ < 0 || wake_ < 0)
    throw std::system_error{errno, std::generic_category(), "cannot make an event loop"};
  epoll_event e{};
  e.events = EPOLLIN;
  e.data.u64 = wake_mark;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &e);
}

event_server::~event_server() {
  stop();
  for (auto& l : listeners_)
    if (l.fd >= 0)
      ::close(l.fd);
  ::close(wake_);
  ::close(epoll_);
}

caf::expected<std::size_t> event_server::listen(const std::string& host, int port,
                                                handler on_request) {
  listeners_.push_back({-1, port, host, std::move(on_request)});
  if (auto e = open(listeners_.back())) {
    listeners_.pop_back();
    return e;
  }
  watch_listener(listeners_.size() - 1);
  return listeners_.size() - 1;
}

void event_server::watch_listener(std::size_t index) {
  epoll_event e{};
  e.events = EPOLLIN;
  e.data.u64 = listener_base + index;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, listeners_[index].fd, &e);
}

void event_server::start(std::function<bool()> before_answers) {
  before_answers_ = std::move(before_answers);
  thread_ = std::thread{[this] { run(); }};
}

void event_server::stop() {
  stopping_ = true;
  std::uint64_t one = 1;
  if (::write(wake_, &one, sizeof one) < 0 && errno != EAGAIN)
    return;
  if (thread_.joinable())
    thread_.join();
}

int event_server::wait_ms() const {
  if (timers_.empty())
    return -1;
  auto left = std::chrono::ceil<std::chrono::milliseconds>(timers_.top().at - steady_clock::now());
  return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

void event_server::run() {
  std::array<epoll_event, 128> events;
  while (!stopping_) {
    int n = ::epoll_wait(epoll_, events.data(), events.size(), wait_ms());
    for (int i = 0; i < n; ++i) {
      auto id = events[i].data.u64;
      if (id == wake_mark)
        continue;
      if (id >= listener_base) {
        accept_all(id - listener_base);
        continue;
      }
      auto* c = find(id, 0);
      if (c && (events[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP)))
        read_all(*c);
      // The connection may be gone by now.
      c = find(id, 0);
      if (c && c->answering && (events[i].events & EPOLLOUT))
        send_some(*c);
    }
    begin_answers();
    fire_timers();
  }
  for (auto& c : connections_)
    if (c)
      close(*c);
  for (auto& l : listeners_)
    if (l.fd >= 0)
      ::close(std::exchange(l.fd, -1));
}

event_server::connection* event_server::find(std::size_t fd, std::uint64_t number) {
  if (fd >= connections_.size() || !connections_[fd])
    return nullptr;
  auto* c = connections_[fd].get();
  return number == 0 || c->number == number ? c : nullptr;
}

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

// Answers go out only when what they say was done has been recorded.
void event_server::begin_answers() {
  while (!ready_.empty()) {
    if (!before_answers_()) {
      failed_ = true;
      stopping_ = true;
      return;
    }
    auto ready = std::move(ready_);
    ready_.clear();
    auto now = steady_clock::now();
    for (auto [fd, number] : ready) {
      auto* c = find(static_cast<std::size_t>(fd), number);
      if (!c)
        continue;
      if (c->plan.delay.count() > 0)
        timers_.push({now + c->plan.delay, number, static_cast<std::size_t>(fd)});
      else
        send_some(*c);
    }
  }
}

void event_server::fire_timers() {
  auto now = steady_clock::now();
  while (!timers_.empty() && timers_.top().at <= now) {
    auto t = timers_.top();
    timers_.pop();
    if (t.number == 0) {
      if (open(listeners_[t.index]))
        timers_.push({now + std::chrono::milliseconds{20}, 0, t.index});
      else
        watch_listener(t.index);
    } else if (auto* c = find(t.index, t.number)) {
      c->plan.delay = {};
      send_some(*c);
    }
  }
  begin_answers();
}

void event_server::send_some(connection& c) {
  if (c.plan.delay.count() > 0)
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
      timers_.push({steady_clock::now() + c.plan.drip, c.number, static_cast<std::size_t>(c.fd)});
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

} // namespace bankslip::services
