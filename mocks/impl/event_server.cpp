#include "mocks/impl/event_server.hpp"

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

namespace bankslip::mocks {

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
      c->begun = true;
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

} // namespace bankslip::mocks
