#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include <curl/curl.h>

namespace bankslip::services {

struct easy_deleter {
  void operator()(CURL* h) const noexcept { curl_easy_cleanup(h); }
};
struct slist_deleter {
  void operator()(curl_slist* l) const noexcept { curl_slist_free_all(l); }
};
using easy_handle = std::unique_ptr<CURL, easy_deleter>;
using string_list = std::unique_ptr<curl_slist, slist_deleter>;

/// A finished transfer.
struct finished_transfer {
  CURL* handle = nullptr;
  CURLcode code = CURLE_OK;
};

/// libcurl's multi interface over epoll: the cost of an event does not grow
/// with the transfers under way, and a kept connection costs no system call
/// between two transfers. One thread.
class curl_loop {
public:
  /// Keeps at most `connections` open.
  explicit curl_loop(int connections);
  ~curl_loop();
  curl_loop(const curl_loop&) = delete;
  curl_loop& operator=(const curl_loop&) = delete;

  /// A new handle with the options that every transfer here needs.
  easy_handle make_handle();

  void start(CURL* handle);
  /// Ends a transfer without an answer; for handles that were started.
  void drop(CURL* handle);

  /// Serves sockets and timers, waiting at most `max_wait` for the first, and
  /// appends what has finished (and is no longer started) to `out`.
  void serve(std::chrono::milliseconds max_wait, std::vector<finished_transfer>& out);

private:
  static int on_socket(CURL*, curl_socket_t fd, int what, void* self, void*);
  static int on_timer(CURLM*, long ms, void* self);
  static curl_socket_t on_open(void* self, curlsocktype, curl_sockaddr* address);
  static int on_close(void* self, curl_socket_t fd);

  struct watched;
  watched& at(int fd);
  void watch(int fd, unsigned wanted);
  void act(int fd, int events);
  int wait_ms(std::chrono::milliseconds max_wait) const;

  struct watched {
    /// What epoll reports now, and what libcurl wants to hear.
    unsigned registered = 0;
    unsigned wanted = 0;
    /// A connection: its end is told to `on_close`. libcurl also shows
    /// descriptors of its own (its resolver's), which it just closes.
    bool connection = false;
  };

  CURLM* multi_ = nullptr;
  int epoll_ = -1;
  bool timer_set_ = false;
  std::chrono::steady_clock::time_point timer_{};
  /// By descriptor.
  std::vector<watched> sockets_;
};

} // namespace bankslip::services
