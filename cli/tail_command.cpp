#include "cli/tail_command.hpp"

#include <chrono>
#include <ctime>
#include <iostream>

#include "cli/complaint.hpp"
#include "cli/event_follower.hpp"
#include "cli/system_changes.hpp"

namespace bankslip::cli {

namespace {

/// "20:51:12", of this machine's day.
std::string clock_text() {
  const auto now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  char text[16];
  return {text, std::strftime(text, sizeof text, "%H:%M:%S", &parts)};
}

} // namespace

int run_tail(const server_options& options, std::ostream& out, std::ostream& err,
             const std::function<bool()>& go_on) {
  const auto url = server_url(options.url);
  if (!url)
    return complain(err, "tail", "not the URL of a server: " + shown_url(options.url));
  api_client client{*url, options.key};
  system_changes changes;
  std::string shown;
  std::chrono::steady_clock::time_point shown_at{};
  // They change four times a second, and nobody reads that.
  const auto show_figures = [&] {
    const auto now = std::chrono::steady_clock::now();
    if (changes.figures() == shown || now - shown_at < std::chrono::seconds{1})
      return;
    shown = changes.figures();
    shown_at = now;
    out << clock_text() << "  " << shown << std::endl;
  };
  follow_options wanted;
  wanted.path = "/events";
  wanted.lost = [&](const std::string& why) { complain(err, "tail", why + ", connecting again"); };
  wanted.tick = show_figures;
  wanted.take = [&](const server_event& event) {
    if (options.json) {
      out << event.data << std::endl;
      return go_on();
    }
    for (const auto& line : changes.look(event.data))
      out << clock_text() << "  " << line << std::endl;
    show_figures();
    return go_on();
  };
  const auto end = follow_events(client, wanted);
  if (end.status == 200)
    return 0;
  return complain(err, "tail", refusal(end));
}

int run_tail(const server_options& options) { return run_tail(options, std::cout, std::cerr); }

} // namespace bankslip::cli
