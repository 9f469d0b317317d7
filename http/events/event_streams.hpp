#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "http/events/event_text.hpp"

namespace bankslip::http {

/// Names what a stream follows: an upload by its id, or the system.
using event_topic = std::int64_t;
constexpr event_topic system_topic = 0;

struct event_stream_options {
  /// A stream to which nothing was sent for so long gets a comment.
  std::chrono::milliseconds heartbeat{15'000};
  /// From one question to the next while states change: no stream gets more events.
  std::chrono::milliseconds busy_interval{250};
  /// The same while nothing changes.
  std::chrono::milliseconds idle_interval{1'000};
  /// How often each stream is asked whether it may stay.
  std::chrono::milliseconds check_interval{15'000};
  /// A client that takes no byte for so long, though some wait for it, is dropped.
  std::chrono::milliseconds longest_stall{10'000};
  /// The kernel keeps so much for a client that does not read; a small amount, so that it
  /// gets late states rather than old ones. 0 leaves it as it is.
  int kernel_bytes = 32 * 1024;
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
  /// Asks for the states of these topics, each once; `show` and `answered` follow. Only
  /// one question is out at a time.
  std::function<void(std::vector<event_topic>)> ask;
};

/// The open event streams: owns their sockets, sends each what its topic shows, and
/// asks what that is as long as somebody watches. Belongs to one thread.
///
/// A state that a client is too slow for is left out in favour of the next one; the
/// last one of a topic is never left out.
class event_streams {
public:
  explicit event_streams(event_stream_options options) : options_{std::move(options)} {}
  /// Closes all.
  ~event_streams();
  event_streams(const event_streams&) = delete;
  event_streams& operator=(const event_streams&) = delete;

  /// Takes a socket over and sends it `first`. `place` is held as long as the stream, which
  /// is closed once `may_stay` answers false; without one it stays.
  void add(int socket, event_topic topic, const event_state& first, std::shared_ptr<void> place,
           std::function<bool()> may_stay = {});
  /// Sends `state` to who watches the topic, unless that is what it showed last.
  void show(event_topic topic, const event_state& state);
  /// The question is answered.
  void answered();
  /// Does what is due, then waits for sockets or `wake` to become ready, at most
  /// `longest`, and serves them.
  void turn(std::chrono::milliseconds longest, int wake = -1);

  std::size_t size() const noexcept { return streams_.size(); }

private:
  using time_point = std::chrono::steady_clock::time_point;
  using text = std::shared_ptr<const std::string>;

  struct stream {
    int socket;
    event_topic topic;
    std::shared_ptr<void> place;
    std::function<bool()> may_stay;
    /// The text that is being sent, and how much of it has gone.
    text sending{};
    std::size_t sent = 0;
    /// Its topic has another state by now.
    bool behind = false;
    /// Closed once everything is sent.
    bool ends = false;
    bool dead = false;
    /// When the client took something, or was to begin to.
    time_point moved{};
  };

  struct topic_line {
    std::size_t watchers = 0;
    event_state state;
    text events;
  };

  void give(stream& s, text what);
  void push(stream& s);
  void look_after(stream& s);
  void check_if_due();
  void ask_if_due();
  void remove_dead();
  std::chrono::milliseconds until_due() const;

  event_stream_options options_;
  std::vector<stream> streams_;
  std::map<event_topic, topic_line> topics_;
  bool asked_ = false;
  /// Something has changed since the last question.
  bool busy_ = false;
  time_point last_question_{};
  time_point last_check_{};
};

} // namespace bankslip::http
