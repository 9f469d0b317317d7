#pragma once

#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "http/events/event_streams.hpp"

namespace bankslip::http {

/// Topics and what they show now.
using event_states = std::vector<std::pair<event_topic, event_state>>;

struct event_hub_options {
  /// Streams at a time.
  std::size_t max_streams = 1000;
  /// `ask` and `now` are the hub's own.
  event_stream_options streams;
  /// Asks for the states of these topics; must not block. `answer` must be called once,
  /// on any thread, with what is known; a topic that is left out stays as it is.
  std::function<void(std::vector<event_topic> topics, std::function<void(event_states)> answer)>
      ask;
};

/// One thread that serves all event streams. Its members may be called on any thread.
class event_hub {
public:
  explicit event_hub(event_hub_options options);
  ~event_hub() { stop(); }
  event_hub(const event_hub&) = delete;
  event_hub& operator=(const event_hub&) = delete;

  /// A place for one more stream; none when there are too many. It is free again when
  /// all copies are gone.
  std::shared_ptr<void> reserve();

  /// Takes the socket of a stream over; see `event_streams::add`.
  void add(int socket, event_topic topic, event_state first, std::shared_ptr<void> place,
           std::function<bool()> may_stay = {});

  /// Ends all streams and the thread. May be called twice.
  void stop();

private:
  struct mailbox;

  void run(event_stream_options streams);

  std::size_t max_streams_;
  /// Lives as long as an answer may come.
  std::shared_ptr<mailbox> mailbox_;
  std::thread thread_;
};

} // namespace bankslip::http
