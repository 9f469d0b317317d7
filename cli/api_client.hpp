#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace bankslip::cli {

/// How a call of the API ended.
struct api_answer {
  /// 0 when there was no answer.
  int status = 0;
  /// The answer's body, or why there is none.
  std::string text;
};

/// `url` as scheme, user, host and port, without a slash at its end; nothing when
/// it is not the URL of a server.
std::optional<std::string> server_url(const std::string& url);

/// `url` as it may be shown: without user and password.
std::string shown_url(std::string_view url);

/// Calls of one server, over libcurl; the connection is kept. Belongs to one thread.
class api_client {
public:
  /// `url` comes from `server_url`.
  explicit api_client(std::string url);
  ~api_client();
  api_client(const api_client&) = delete;
  api_client& operator=(const api_client&) = delete;

  /// Waits at most ten seconds.
  api_answer get(const std::string& path);

  /// Posts a file as the field `file`, in bounded memory. `go_on` is called with
  /// the bytes sent so far, at least once a second; its false breaks the call off.
  api_answer post_file(const std::string& path, const std::string& file,
                       std::function<bool(std::uint64_t)> go_on);

private:
  struct call;
  api_answer perform(call& c, const std::string& path);

  std::string url_;
  std::unique_ptr<void, void (*)(void*)> curl_;
};

} // namespace bankslip::cli
