#include "cli/status_command.hpp"

#include <chrono>
#include <iomanip>
#include <iostream>
#include <optional>

#include <unistd.h>

#include "cli/complaint.hpp"
#include "cli/event_follower.hpp"
#include "cli/progress_view.hpp"

namespace bankslip::cli {

namespace {

constexpr std::size_t shown_errors = 5;
/// Enough for them.
constexpr std::size_t errors_bytes = 64 * 1024;

int exit_status_of(const upload_status& s) {
  return s.state == "done" ? 0 : s.state == "aborted" ? 1 : exit_under_way;
}

int list_uploads(api_client& client, bool json, std::ostream& out, std::ostream& err) {
  const auto answer = client.get("/uploads?limit=20");
  if (answer.status != 200)
    return complain(err, "status", refusal(answer));
  if (json) {
    out << answer.text << std::endl;
    return 0;
  }
  const auto line = [&](const auto& id, const auto& state, const auto&... numbers) {
    out << std::left << std::setw(8) << id << std::setw(12) << state << std::right;
    ((out << std::setw(11) << numbers), ...);
  };
  line("upload", "state", "accepted", "rejected", "e-mailed", "duplicates", "conflicts", "failed",
       "in doubt");
  out << "  created\n";
  for (const auto& s : read_uploads(answer.text)) {
    line(s.upload_id, s.state, s.accepted, s.rejected, s.emailed, s.duplicates, s.conflicts,
         s.failed, s.in_doubt);
    out << "  " << s.created_at.substr(0, 19) << "Z"
        << (s.failure_code.empty() ? "" : "  " + s.failure_code) << '\n';
  }
  out << std::flush;
  return 0;
}

/// Where the upload stands in the end; nothing when the server does not tell.
std::optional<upload_status> follow(api_client& client, const status_options& options,
                                    std::ostream& out, std::ostream& err) {
  progress_printer printer{out, options.terminal};
  progress_pace pace;
  upload_progress_view view;
  const auto began = std::chrono::steady_clock::now();
  const auto show = [&] {
    view.since_start = std::chrono::steady_clock::now() - began;
    view.taken = view.status.state != "receiving";
    pace.measure(view);
    if (!options.json && view.status.upload_id != 0)
      printer.show(view);
  };
  follow_options wanted;
  wanted.path = "/uploads/" + options.id + "/events";
  wanted.tick = show;
  wanted.lost = [&](const std::string& why) {
    printer.end();
    complain(err, "status", why + ", connecting again");
  };
  wanted.take = [&](const server_event& event) {
    if (event.name == "done")
      return false;
    if (auto now = read_upload(event.data))
      view.status = std::move(*now);
    if (options.json)
      out << event.data << std::endl;
    show();
    return true;
  };
  const auto end = follow_events(client, wanted);
  printer.end();
  if (end.status == 200)
    return view.status;
  complain(err, "status", refusal(end));
  return std::nullopt;
}

std::optional<upload_status> look(api_client& client, const status_options& options,
                                  std::ostream& out, std::ostream& err) {
  const auto answer = client.get("/uploads/" + options.id);
  auto status = answer.status == 200 ? read_upload(answer.text) : std::nullopt;
  if (!status)
    complain(err, "status", refusal(answer));
  else if (options.json)
    out << answer.text << std::endl;
  return status;
}

} // namespace

std::vector<std::string> first_errors(api_client& client, std::int64_t upload_id) {
  std::string csv;
  client.follow("/uploads/" + std::to_string(upload_id) + "/errors.csv", {},
                [&csv](std::string_view bytes) {
                  csv += bytes;
                  return csv.size() < errors_bytes;
                });
  return read_errors(csv, shown_errors);
}

void print_counters(std::ostream& out, const upload_status& s,
                    const std::vector<std::string>& errors, bool ends) {
  const auto line = [&](const char* name, auto value) {
    out << "  " << std::left << std::setw(18) << name << std::right << value << '\n';
  };
  out << "upload " << s.upload_id << '\n';
  line("rows", s.accepted + s.rejected);
  line("accepted", s.accepted);
  line("rejected", s.rejected);
  for (const auto& row : errors)
    out << "    " << row << '\n';
  if (!ends)
    return;
  line("e-mailed", s.emailed);
  line("duplicates", s.duplicates);
  line("conflicts", s.conflicts);
  line("failed", s.failed);
  line("in doubt", s.in_doubt);
}

int run_status(const status_options& options, std::ostream& out, std::ostream& err) {
  const auto url = server_url(options.url);
  if (!url)
    return complain(err, "status", "not the URL of a server: " + shown_url(options.url));
  api_client client{*url, options.key};
  if (options.id.empty())
    return list_uploads(client, options.json, out, err);
  const auto status =
      options.follow ? follow(client, options, out, err) : look(client, options, out, err);
  if (!status)
    return 1;
  if (!options.json) {
    print_counters(out, *status, first_errors(client, status->upload_id));
    out << "  " << std::left << std::setw(18) << "state" << status->state << '\n';
    if (!status->failure.empty())
      out << "  " << std::left << std::setw(18) << "because" << status->failure << '\n';
    out << std::flush;
  }
  return exit_status_of(*status);
}

int run_status(status_options options) {
  options.terminal = ::isatty(STDOUT_FILENO) == 1;
  return run_status(options, std::cout, std::cerr);
}

} // namespace bankslip::cli
