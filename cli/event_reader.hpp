#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace bankslip::cli {

/// An event of a stream.
struct server_event {
  /// "progress", "done", "system".
  std::string name;
  std::string data;
};

/// Reads Server-Sent Events (WHATWG HTML, section 9.2) from bytes cut anywhere.
class event_reader {
public:
  /// Calls `take` with each event that ends within `bytes`. A stream with a line longer
  /// than 1 MiB is none of ours: what follows is thrown away.
  void push(std::string_view bytes, const std::function<void(server_event)>& take);

  /// A new stream begins; the id of the last event is kept.
  void begin_anew();

  /// Id of the last event, for Last-Event-ID; empty before the first one.
  const std::string& last_id() const noexcept { return last_id_; }

private:
  void take_line(std::string_view line);

  std::string line_;
  bool after_cr_ = false;
  bool has_data_ = false;
  server_event event_;
  std::string id_;
  std::string last_id_;
};

} // namespace bankslip::cli
