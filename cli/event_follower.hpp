#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "cli/api_client.hpp"
#include "cli/event_reader.hpp"

namespace bankslip::cli {

struct follow_options {
  std::string path;
  /// Gets each event; false: that was all.
  std::function<bool(const server_event&)> take;
  /// Called about once a second, also while there is no connection.
  std::function<void()> tick = [] {};
  /// Told once why there is no connection any more.
  std::function<void(const std::string&)> lost = [](const std::string&) {};
  /// Without an event for so long it is given up; 0: never.
  std::chrono::milliseconds patience{0};
  /// Goes on although the first connection fails, since there was one a moment ago.
  bool insist = false;
  /// From the end of a connection to the next.
  std::chrono::milliseconds pause{1'000};
};

/// Follows a stream of events, through restarts of the server and of proxies, until
/// `take` has enough. Answers 200 then, 204 where the server says that the client has
/// seen the end, else why it was given up: the server's refusal, or status 0.
api_answer follow_events(api_client& client, const follow_options& options);

} // namespace bankslip::cli
