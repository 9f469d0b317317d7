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
  /// `url` comes from `server_url`; `key` is sent as a bearer token unless it is empty,
  /// and is in no text of an answer.
  explicit api_client(std::string url, std::string key = {});
  ~api_client();
  api_client(const api_client&) = delete;
  api_client& operator=(const api_client&) = delete;

  /// Waits at most ten seconds.
  api_answer get(const std::string& path);

  /// Takes an answer that has no end of its own, or no end worth waiting for. `take` gets
  /// its bytes as they come, none of them at least once a second; its false ends the
  /// call, which is no error. A stream that is silent for 45 s counts as broken. An
  /// answer other than 200 comes back whole. `last_event_id` is sent unless it is empty.
  api_answer follow(const std::string& path, const std::string& last_event_id,
                    std::function<bool(std::string_view)> take);

  /// Posts a file as the field `file`, in bounded memory. `go_on` is called with
  /// the bytes sent so far, at least once a second; its false breaks the call off.
  api_answer post_file(const std::string& path, const std::string& file,
                       std::function<bool(std::uint64_t)> go_on);

private:
  struct call;
  api_answer perform(call& c, const std::string& path);

  std::string url_;
  std::string key_;
  std::unique_ptr<void, void (*)(void*)> curl_;
};

} // namespace bankslip::cli
