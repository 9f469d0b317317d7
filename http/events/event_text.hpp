#pragma once

#include <string>
#include <string_view>

/// The form of Server-Sent Events (WHATWG HTML, section 9.2).
namespace bankslip::http {

/// Holds what a stream shows: one event, and where nothing follows any more a second one
/// behind it with the same data.
struct event_state {
  /// Name of the event: "progress".
  std::string name;
  /// JSON on one line.
  std::string data;
  /// Name of the event that ends the stream: "done"; empty: it goes on.
  std::string end = {};

  friend bool operator==(const event_state&, const event_state&) = default;
};

/// The id of an event is made of what it says: the same state has the same id in
/// every process, before a restart and after it. 16 hexadecimal digits.
std::string event_id(std::string_view name, std::string_view data);

/// The id of the last event that `state` is sent as.
std::string last_event_id(const event_state& state);

/// Appends the events of `state`.
void append_events(std::string& out, const event_state& state);

} // namespace bankslip::http
