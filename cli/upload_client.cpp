#include "cli/upload_client.hpp"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <future>
#include <iomanip>
#include <iostream>
#include <optional>
#include <thread>
#include <utility>

#include <unistd.h>

#include "cli/api_client.hpp"
#include "cli/complaint.hpp"
#include "cli/event_follower.hpp"
#include "cli/progress_view.hpp"
#include "cli/status_command.hpp"
#include "cli/upload_answers.hpp"
#include "json/writer.hpp"

namespace bankslip::cli {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds poll_interval{250};
/// Small files end soon: they are looked after more closely.
constexpr std::chrono::milliseconds early_poll_interval{50};
constexpr std::chrono::seconds early{3};
constexpr std::size_t shown_rows = 5;

/// One run of the client: sends, watches, reports.
class upload_run {
public:
  upload_run(const upload_client_options& options, const std::string& url, std::ostream& out,
             std::ostream& err)
      : options_{options}, url_{url}, out_{out}, err_{err}, printer_{out, options.terminal},
        client_{url, options.key} {}

  int run() {
    std::error_code problem;
    const auto size = std::filesystem::file_size(options_.file, problem);
    if (problem || !std::ifstream{options_.file, std::ios::binary})
      return complain("cannot read " + options_.file + ": "
                      + (problem ? problem.message() : std::strerror(errno)));
    if (const auto uploads = list(1); !uploads.empty())
      last_before_ = uploads.front().upload_id;
    began_ = moved_at_ = steady_clock::now();
    view_.bytes_total = size;
    return conclude(send());
  }

private:
  /// Sends the file on a thread of its own and shows how far it is.
  api_answer send() {
    std::atomic<std::uint64_t> sent{0};
    std::atomic<bool> cancelled{false};
    auto answer = std::async(std::launch::async, [&] {
      return api_client{url_, options_.key}.post_file("/bankslip/batch", options_.file,
                                                      [&](std::uint64_t bytes) {
                                                        sent = bytes;
                                                        return !cancelled;
                                                      });
    });
    while (answer.wait_for(interval()) != std::future_status::ready) {
      const auto bytes = std::min(sent.load(), view_.bytes_total);
      if (bytes != std::exchange(view_.bytes_sent, bytes))
        moved_at_ = steady_clock::now();
      look();
      show();
      cancelled = stuck();
    }
    return answer.get();
  }

  int conclude(const api_answer& answer) {
    const auto accepted_after = elapsed();
    const auto taken = answer.status == 201 ? read_taken(answer.text, shown_rows) : std::nullopt;
    if (!taken) {
      printer_.end();
      return complain(refusal(answer));
    }
    report_ = answer.text;
    view_.taken = true;
    // What was looked at while sending may have been another client's upload.
    if (view_.status.upload_id != taken->upload_id)
      view_.status = {};
    view_.bytes_sent = view_.bytes_total;
    view_.status.upload_id = taken->upload_id;
    view_.status.accepted = taken->accepted;
    view_.status.rejected = taken->rejected;
    moved_at_ = steady_clock::now();
    const auto watched = options_.wait ? watch_settling() : api_answer{200, {}};
    printer_.end();
    shown_ = options_.wait && !view_.status.state.empty();
    report(*taken, accepted_after);
    if (options_.wait && !shown_) {
      complain("the file was taken as upload " + std::to_string(taken->upload_id)
               + ", but not how it goes on can be seen: " + refusal(watched));
      return exit_under_way;
    }
    if (options_.wait && view_.status.state != "done")
      return complain("upload " + std::to_string(taken->upload_id) + " is " + view_.status.state
                      + ": not every accepted row was settled");
    return 0;
  }

  /// Until the upload has ended; the server's answer, which is 200 if it was seen.
  api_answer watch_settling() {
    follow_options wanted;
    wanted.path = "/uploads/" + std::to_string(view_.status.upload_id) + "/events";
    wanted.tick = [this] { show(); };
    wanted.patience = options_.progress_timeout;
    // It has just answered: what fails now is a restart.
    wanted.insist = true;
    wanted.take = [this](const server_event& event) {
      if (event.name == "done")
        return false;
      if (auto now = read_upload(event.data)) {
        view_.status = std::move(*now);
        upload_ = event.data;
      }
      show();
      return true;
    };
    return follow_events(client_, wanted);
  }

  void show() {
    view_.since_start = elapsed();
    pace_.measure(view_);
    if (!options_.json)
      printer_.show(view_);
  }

  /// Asks how the upload stands. An answer that does not come counts as no
  /// progress: the deadline decides.
  void look() {
    auto& known = view_.status;
    std::optional<upload_status> found;
    if (known.upload_id != 0)
      found = read_upload(get("/uploads/" + std::to_string(known.upload_id)));
    else
      for (auto& u : list(5))
        if (u.state == "receiving" && u.upload_id > last_before_)
          found = std::move(u);
    if (!found || *found == known)
      return;
    moved_at_ = steady_clock::now();
    known = std::move(*found);
  }

  std::string get(const std::string& path) {
    auto answer = client_.get(path);
    return answer.status == 200 ? std::move(answer.text) : std::string{};
  }

  std::vector<upload_status> list(int limit) {
    return read_uploads(get("/uploads?limit=" + std::to_string(limit)));
  }

  std::chrono::duration<double> elapsed() const { return steady_clock::now() - began_; }

  bool stuck() const { return steady_clock::now() - moved_at_ > options_.progress_timeout; }

  std::chrono::milliseconds interval() const {
    return elapsed() < early ? early_poll_interval : poll_interval;
  }

  void report(const taken_upload& taken, std::chrono::duration<double> accepted_after) {
    if (options_.json)
      return report_json(accepted_after);
    const auto& s = view_.status;
    auto errors = taken.failed_rows;
    if (shown_ && s.conflicts + s.failed + s.in_doubt > 0)
      if (auto all = first_errors(client_, s.upload_id); !all.empty())
        errors = std::move(all);
    print_counters(out_, s, errors, shown_);
    const auto line = [&](const char* name) -> std::ostream& {
      return out_ << "  " << std::left << std::setw(18) << name << std::right;
    };
    out_ << std::fixed << std::setprecision(1);
    line("accepted after") << accepted_after.count() << " s\n";
    if (shown_) {
      const auto seconds = elapsed().count();
      line("settled after") << seconds << " s\n";
      line("rows/s") << std::setprecision(0) << static_cast<double>(s.settled()) / seconds << '\n';
    }
    out_ << std::flush;
  }

  void report_json(std::chrono::duration<double> accepted_after) {
    const auto ms = [](std::chrono::duration<double> span) {
      return std::chrono::duration_cast<std::chrono::milliseconds>(span).count();
    };
    json::writer w;
    w.begin_object().key("report").raw(report_).key("upload");
    upload_.empty() ? w.null() : w.raw(upload_);
    w.key("accepted_after_ms").number(ms(accepted_after)).key("settled_after_ms");
    shown_ ? w.number(ms(elapsed())) : w.null();
    out_ << w.end_object().take() << std::endl;
  }

  int complain(const std::string& text) { return cli::complain(err_, "upload", text); }

  const upload_client_options& options_;
  const std::string& url_;
  std::ostream& out_;
  std::ostream& err_;
  progress_printer printer_;
  api_client client_;
  upload_progress_view view_;
  progress_pace pace_;
  /// As the server said them.
  std::string report_;
  std::string upload_;
  std::int64_t last_before_ = 0;
  /// How it went on was seen.
  bool shown_ = false;
  steady_clock::time_point began_;
  steady_clock::time_point moved_at_;
};

} // namespace

int run_upload(const upload_client_options& options, std::ostream& out, std::ostream& err) {
  const auto url = server_url(options.url);
  if (!url)
    return complain(err, "upload", "not the URL of a server: " + shown_url(options.url));
  return upload_run{options, *url, out, err}.run();
}

int run_upload(upload_client_options options) {
  options.terminal = ::isatty(STDOUT_FILENO) == 1;
  return run_upload(options, std::cout, std::cerr);
}

} // namespace bankslip::cli
