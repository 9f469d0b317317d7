#include "services/impl/curl_loop.hpp"

#include <array>
#include <cerrno>
#include <system_error>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bankslip::services {

namespace {

using std::chrono::steady_clock;

// libcurl wants this once before any thread uses it.
void init_curl() {
  static const bool done = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  if (!done)
    throw std::system_error{ENOSYS, std::generic_category(), "libcurl does not start"};
}

} // namespace

curl_loop::curl_loop(int connections) {
  init_curl();
  multi_ = curl_multi_init();
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  if (!multi_ || epoll_ < 0)
    throw std::system_error{errno, std::generic_category(), "cannot make an event loop"};
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &curl_loop::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &curl_loop::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(connections));
  curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(connections));
}

curl_loop::~curl_loop() {
  curl_multi_cleanup(multi_);
  ::close(epoll_);
}

easy_handle curl_loop::make_handle() {
  easy_handle h{curl_easy_init()};
  if (!h)
    throw std::bad_alloc{};
  curl_easy_setopt(h.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(h.get(), CURLOPT_TCP_NODELAY, 1L);
  // The operator names the service's address: a proxy meant for other
  // programs must not get in between.
  curl_easy_setopt(h.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(h.get(), CURLOPT_OPENSOCKETFUNCTION, &curl_loop::on_open);
  curl_easy_setopt(h.get(), CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(h.get(), CURLOPT_CLOSESOCKETFUNCTION, &curl_loop::on_close);
  curl_easy_setopt(h.get(), CURLOPT_CLOSESOCKETDATA, this);
  return h;
}

void curl_loop::start(CURL* handle) { curl_multi_add_handle(multi_, handle); }

void curl_loop::drop(CURL* handle) { curl_multi_remove_handle(multi_, handle); }

int curl_loop::on_socket(CURL*, curl_socket_t fd, int what, void* self, void*) {
  auto& loop = *static_cast<curl_loop*>(self);
  if (what == CURL_POLL_REMOVE) {
    auto& s = loop.at(fd);
    s.wanted = 0;
    // The next transfer on this connection wants the same: leave it to epoll.
    if (!s.connection) {
      ::epoll_ctl(loop.epoll_, EPOLL_CTL_DEL, fd, nullptr);
      s = {};
    }
    return 0;
  }
  unsigned events = 0;
  if (what & CURL_POLL_IN)
    events |= EPOLLIN;
  if (what & CURL_POLL_OUT)
    events |= EPOLLOUT;
  loop.watch(fd, events);
  return 0;
}

curl_loop::watched& curl_loop::at(int fd) {
  if (static_cast<std::size_t>(fd) >= sockets_.size())
    sockets_.resize(static_cast<std::size_t>(fd) + 1);
  return sockets_[static_cast<std::size_t>(fd)];
}

curl_socket_t curl_loop::on_open(void* self, curlsocktype, curl_sockaddr* address) {
  int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (fd < 0)
    return CURL_SOCKET_BAD;
  auto& s = static_cast<curl_loop*>(self)->at(fd);
  s = {};
  s.connection = true;
  return fd;
}

void curl_loop::watch(int fd, unsigned wanted) {
  auto& s = at(fd);
  s.wanted = wanted;
  if (s.registered == wanted)
    return;
  epoll_event e{};
  e.events = wanted;
  e.data.fd = fd;
  if (::epoll_ctl(epoll_, s.registered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &e) != 0)
    ::epoll_ctl(epoll_, errno == EEXIST ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &e);
  s.registered = wanted;
}

int curl_loop::on_close(void* self, curl_socket_t fd) {
  static_cast<curl_loop*>(self)->at(fd) = {};
  return ::close(fd);
}

int curl_loop::on_timer(CURLM*, long ms, void* self) {
  auto& loop = *static_cast<curl_loop*>(self);
  loop.timer_set_ = ms >= 0;
  if (ms >= 0)
    loop.timer_ = steady_clock::now() + std::chrono::milliseconds{ms};
  return 0;
}

int curl_loop::wait_ms(std::chrono::milliseconds max_wait) const {
  auto wait = max_wait;
  if (timer_set_) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(timer_ - steady_clock::now());
    wait = std::min(wait, left);
  }
  return static_cast<int>(std::max<std::int64_t>(0, wait.count()));
}

void curl_loop::act(int fd, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, fd, events, &running);
}

void curl_loop::serve(std::chrono::milliseconds max_wait, std::vector<finished_transfer>& out) {
  std::array<epoll_event, 64> events;
  int n = ::epoll_wait(epoll_, events.data(), events.size(), wait_ms(max_wait));
  for (int i = 0; i < n; ++i) {
    int fd = events[i].data.fd;
    if (sockets_[fd].wanted == 0) {
      // An idle connection was closed by the other side; libcurl finds out
      // when it takes it up again.
      ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
      sockets_[fd].registered = 0;
      continue;
    }
    int what = 0;
    if (events[i].events & EPOLLIN)
      what |= CURL_CSELECT_IN;
    if (events[i].events & EPOLLOUT)
      what |= CURL_CSELECT_OUT;
    if (events[i].events & (EPOLLERR | EPOLLHUP))
      what |= CURL_CSELECT_ERR;
    act(fd, what);
  }
  if (timer_set_ && steady_clock::now() >= timer_) {
    timer_set_ = false;
    act(CURL_SOCKET_TIMEOUT, 0);
  }
  int left = 0;
  while (auto* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE)
      continue;
    finished_transfer done{message->easy_handle, message->data.result};
    curl_multi_remove_handle(multi_, done.handle);
    out.push_back(done);
  }
}

} // namespace bankslip::services
