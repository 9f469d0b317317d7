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
#include "cli/progress_view.hpp"
#include "cli/upload_answers.hpp"

namespace bankslip::cli {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds poll_interval{250};
/// Small files end soon: they are looked after more closely.
constexpr std::chrono::milliseconds early_poll_interval{50};
constexpr std::chrono::seconds early{3};
constexpr std::size_t shown_rows = 5;

int complain(std::ostream& err, const std::string& text) {
  err << "bankslip upload: " << text << std::endl;
  return 1;
}

/// One run of the client: sends, watches, reports.
class upload_run {
public:
  upload_run(const upload_client_options& options, const std::string& url, std::ostream& out,
             std::ostream& err)
      : options_{options}, url_{url}, out_{out}, err_{err}, printer_{out, options.terminal},
        client_{url} {}

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
      return api_client{url_}.post_file("/bankslip/batch", options_.file, [&](std::uint64_t bytes) {
        sent = bytes;
        return !cancelled;
      });
    });
    while (answer.wait_for(interval()) != std::future_status::ready) {
      const auto bytes = std::min(sent.load(), view_.bytes_total);
      if (bytes != std::exchange(view_.bytes_sent, bytes))
        moved_at_ = steady_clock::now();
      look();
      printer_.show(view_);
      cancelled = stuck();
    }
    return answer.get();
  }

  int conclude(const api_answer& answer) {
    const auto accepted_after = elapsed();
    const auto taken = answer.status == 201 ? read_taken(answer.text, shown_rows) : std::nullopt;
    if (!taken) {
      printer_.end();
      return complain(answer.status == 0 ? answer.text
                                         : "the server answered " + std::to_string(answer.status)
                                               + ": " + read_detail(answer.text));
    }
    view_.taken = true;
    // What was looked at while sending may have been another client's upload.
    view_.status = {};
    view_.bytes_sent = view_.bytes_total;
    view_.status.upload_id = taken->upload_id;
    view_.status.accepted = taken->accepted;
    view_.status.rejected = taken->rejected;
    moved_at_ = steady_clock::now();
    const auto settled = !options_.wait || watch_settling();
    printer_.end();
    report(*taken, accepted_after);
    if (!settled)
      return complain("upload " + std::to_string(taken->upload_id) + " is " + view_.status.state
                      + ": not every accepted row was settled");
    return 0;
  }

  /// Until every accepted row has reached its end; false when it will not.
  bool watch_settling() {
    while (true) {
      look();
      printer_.show(view_);
      if (view_.status.state == "done")
        return true;
      if (view_.status.state == "aborted" || stuck())
        return false;
      std::this_thread::sleep_for(interval());
    }
  }

  /// Asks how the upload stands. An answer that does not come counts as no
  /// progress: the deadline decides.
  void look() {
    view_.since_start = elapsed();
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
    const auto& s = view_.status;
    const auto line = [&](const char* name) -> std::ostream& {
      return out_ << "  " << std::left << std::setw(18) << name << std::right;
    };
    out_ << "upload " << taken.upload_id << '\n';
    line("rows") << taken.accepted + taken.rejected << '\n';
    line("accepted") << taken.accepted << '\n';
    line("rejected") << taken.rejected << '\n';
    for (const auto& row : taken.failed_rows)
      out_ << "    " << row << '\n';
    out_ << std::fixed << std::setprecision(1);
    if (options_.wait) {
      line("e-mailed") << s.emailed << '\n';
      line("duplicates") << s.duplicates << '\n';
      line("conflicts") << s.conflicts << '\n';
      line("failed") << s.failed << '\n';
      line("in doubt") << s.in_doubt << '\n';
    }
    line("accepted after") << accepted_after.count() << " s\n";
    if (options_.wait) {
      const auto seconds = elapsed().count();
      line("settled after") << seconds << " s\n";
      line("rows/s") << std::setprecision(0) << static_cast<double>(s.settled()) / seconds << '\n';
    }
    out_ << std::flush;
  }

  int complain(const std::string& text) { return cli::complain(err_, text); }

  const upload_client_options& options_;
  const std::string& url_;
  std::ostream& out_;
  std::ostream& err_;
  progress_printer printer_;
  api_client client_;
  upload_progress_view view_;
  std::int64_t last_before_ = 0;
  steady_clock::time_point began_;
  steady_clock::time_point moved_at_;
};

} // namespace

int run_upload(const upload_client_options& options, std::ostream& out, std::ostream& err) {
  const auto url = server_url(options.url);
  if (!url)
    return complain(err, "not the URL of a server: " + shown_url(options.url));
  return upload_run{options, *url, out, err}.run();
}

int run_upload(upload_client_options options) {
  options.terminal = ::isatty(STDOUT_FILENO) == 1;
  return run_upload(options, std::cout, std::cerr);
}

} // namespace bankslip::cli
