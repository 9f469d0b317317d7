#include "http/events/event_streams.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "telemetry/metrics.hpp"

namespace bankslip::http {

namespace {

using std::chrono::milliseconds;

/// How long a client waits before it connects again.
constexpr std::string_view retry = "retry: 2000\n\n";

std::shared_ptr<const std::string> events_of(const event_state& state, std::string text = {}) {
  append_events(text, state);
  return std::make_shared<const std::string>(std::move(text));
}

} // namespace

event_streams::~event_streams() {
  for (auto& s : streams_)
    s.dead = true;
  remove_dead();
}

void event_streams::add(int socket, event_topic topic, const event_state& first,
                        std::shared_ptr<void> place, std::function<bool()> may_stay) {
  ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
  if (options_.kernel_bytes > 0)
    ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &options_.kernel_bytes,
                 sizeof options_.kernel_bytes);
  if (topics_.empty())
    last_question_ = last_check_ = options_.now();
  auto& line = topics_[topic];
  // Whoever watches it already gets the state in the answer to the next question.
  if (line.watchers++ == 0 || !line.state.end.empty())
    line = {line.watchers, first, events_of(first)};
  busy_ = true;
  auto& s = streams_.emplace_back(stream{socket, topic, std::move(place), std::move(may_stay)});
  s.ends = !first.end.empty();
  give(s, events_of(first, std::string{retry}));
  telemetry::set_event_streams(streams_.size());
}

void event_streams::show(event_topic topic, const event_state& state) {
  const auto found = topics_.find(topic);
  // A topic that came to its end may still have a slow reader.
  if (found == topics_.end() || !found->second.state.end.empty() || found->second.state == state)
    return;
  busy_ = true;
  auto& line = found->second;
  line.state = state;
  line.events = events_of(state);
  for (auto& s : streams_)
    if (s.topic == topic && !s.ends) {
      s.ends = !state.end.empty();
      give(s, line.events);
    }
}

void event_streams::answered() { asked_ = false; }

void event_streams::give(stream& s, text what) {
  if (s.sending) {
    s.behind = true;
    return;
  }
  s.sending = std::move(what);
  s.sent = 0;
  s.moved = options_.now();
  push(s);
}

void event_streams::push(stream& s) {
  while (s.sending) {
    const auto n = ::send(s.socket, s.sending->data() + s.sent, s.sending->size() - s.sent,
                          MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0) {
      s.dead = s.dead || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
      return;
    }
    s.moved = options_.now();
    s.sent += static_cast<std::size_t>(n);
    if (s.sent < s.sending->size())
      continue;
    s.sent = 0;
    s.sending = std::exchange(s.behind, false) ? topics_[s.topic].events : nullptr;
  }
  s.dead = s.dead || s.ends;
}

/// Sends a heartbeat, drops who is too slow.
void event_streams::look_after(stream& s) {
  const auto quiet = options_.now() - s.moved;
  if (s.sending && quiet >= options_.longest_stall) {
    s.dead = true;
    telemetry::count_dropped_event_stream();
  } else if (!s.sending && quiet >= options_.heartbeat) {
    static const auto beat = std::make_shared<const std::string>(":\n\n");
    give(s, beat);
  }
}

/// Drops those whose key was taken away meanwhile.
void event_streams::check_if_due() {
  if (options_.now() < last_check_ + options_.check_interval)
    return;
  last_check_ = options_.now();
  for (auto& s : streams_)
    s.dead = s.dead || (s.may_stay && !s.may_stay());
}

void event_streams::ask_if_due() {
  const auto interval = busy_ ? options_.busy_interval : options_.idle_interval;
  if (asked_ || options_.now() < last_question_ + interval)
    return;
  busy_ = false;
  last_question_ = options_.now();
  std::vector<event_topic> topics;
  for (const auto& [topic, line] : topics_)
    if (line.state.end.empty())
      topics.push_back(topic);
  asked_ = !topics.empty();
  if (asked_)
    options_.ask(std::move(topics));
}

milliseconds event_streams::until_due() const {
  auto due = time_point::max();
  for (const auto& s : streams_)
    due = std::min(due, s.moved + (s.sending ? options_.longest_stall : options_.heartbeat));
  if (!streams_.empty())
    due = std::min(due, last_check_ + options_.check_interval);
  if (!asked_ && !topics_.empty())
    due = std::min(due, last_question_ + (busy_ ? options_.busy_interval : options_.idle_interval));
  if (due == time_point::max())
    return milliseconds::max();
  return std::max(milliseconds{0}, std::chrono::ceil<milliseconds>(due - options_.now()));
}

void event_streams::turn(milliseconds longest, int wake) {
  ask_if_due();
  check_if_due();
  for (auto& s : streams_)
    look_after(s);
  remove_dead();
  std::vector<pollfd> sockets{{wake, POLLIN, 0}};
  // What a client sends is never read: only its end counts.
  for (const auto& s : streams_)
    sockets.push_back(
        {s.socket, static_cast<short>(s.sending ? POLLRDHUP | POLLOUT : POLLRDHUP), 0});
  const auto wait = std::min({longest, until_due(), milliseconds{60'000}});
  if (::poll(sockets.data(), sockets.size(), static_cast<int>(wait.count())) <= 0)
    return;
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    const auto ready = sockets[i + 1].revents;
    if ((ready & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0)
      streams_[i].dead = true;
    else if ((ready & POLLOUT) != 0)
      push(streams_[i]);
  }
  remove_dead();
}

void event_streams::remove_dead() {
  const auto gone = std::erase_if(streams_, [this](const stream& s) {
    if (!s.dead)
      return false;
    ::shutdown(s.socket, SHUT_RDWR);
    ::close(s.socket);
    const auto line = topics_.find(s.topic);
    if (--line->second.watchers == 0)
      topics_.erase(line);
    return true;
  });
  if (gone > 0)
    telemetry::set_event_streams(streams_.size());
}

} // namespace bankslip::http
