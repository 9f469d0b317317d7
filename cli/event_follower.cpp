#include "cli/event_follower.hpp"

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

namespace bankslip::cli {

namespace {

using std::chrono::steady_clock;

/// A server that is away, stopping or starting, or a proxy in front of it.
bool may_come_back(int status) {
  constexpr std::array passing = {0, 200, 429, 502, 503, 504};
  return std::ranges::count(passing, status) > 0;
}

} // namespace

api_answer follow_events(api_client& client, const follow_options& options) {
  event_reader reader;
  bool enough = false;
  bool connected = options.insist;
  bool told = false;
  auto moved = steady_clock::now();
  const auto has_patience = [&] {
    return options.patience.count() == 0 || steady_clock::now() - moved < options.patience;
  };
  const auto take = [&](std::string_view bytes) {
    if (bytes.empty())
      options.tick();
    else
      connected = true;
    reader.push(bytes, [&](const server_event& event) {
      moved = steady_clock::now();
      told = false;
      enough = enough || !options.take(event);
    });
    return !enough && has_patience();
  };
  while (true) {
    reader.begin_anew();
    auto answer = client.follow(options.path, reader.last_id(), take);
    if (enough)
      return {200, {}};
    if (!may_come_back(answer.status) || !connected)
      return answer;
    const auto why = answer.status == 0 ? answer.text
                     : answer.status == 200
                         ? "the server has ended the stream"
                         : "the server answered " + std::to_string(answer.status);
    if (!has_patience())
      return {0, "nothing has come for too long"};
    if (!std::exchange(told, true))
      options.lost(why);
    options.tick();
    std::this_thread::sleep_for(options.pause);
  }
}

} // namespace bankslip::cli
