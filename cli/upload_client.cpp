#include "cli/upload_client.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <optional>
#include <thread>
#include <utility>

#include <httplib.h>
#include <unistd.h>

#include "cli/progress_view.hpp"
#include "cli/upload_answers.hpp"
#include "cli/upload_sender.hpp"

namespace bankslip::cli {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds poll_interval{250};
/// Small files end soon: they are looked after more closely.
constexpr std::chrono::milliseconds early_poll_interval{50};
constexpr std::chrono::seconds early{3};
constexpr std::size_t shown_rows = 5;

/// Without a slash at its end. The HTTP library takes what it does not
/// understand for the name of a host: a path is not told to it.
std::string server_url(std::string url) {
  if (url.ends_with('/'))
    url.pop_back();
  return url;
}

bool has_path(std::string_view url) {
  const auto scheme = url.find("://");
  return url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3) != std::string_view::npos;
}

/// One run of the client: sends, watches, reports.
class upload_run {
public:
  upload_run(const upload_client_options& options, std::ostream& out, std::ostream& err)
      : options_{options}, url_{server_url(options.url)}, out_{out}, err_{err},
        printer_{out, options.terminal}, client_{url_} {
    client_.set_tcp_nodelay(true);
    client_.set_keep_alive(true);
    client_.set_connection_timeout(5);
    client_.set_read_timeout(10);
  }

  int run() {
    if (!client_.is_valid() || has_path(url_))
      return complain("not the URL of a server: " + options_.url);
    std::error_code problem;
    const auto size = std::filesystem::file_size(options_.file, problem);
    std::ifstream file{options_.file, std::ios::binary};
    if (problem || !file)
      return complain("cannot read " + options_.file + ": "
                      + (problem ? problem.message() : std::strerror(errno)));
    if (const auto uploads = list(1); !uploads.empty())
      last_before_ = uploads.front().upload_id;
    began_ = moved_at_ = steady_clock::now();
    view_.bytes_total = size;
    upload_sender sender{url_, std::move(file), size,
                         std::filesystem::path{options_.file}.filename().string(),
                         options_.progress_timeout_s};
    return watch(sender);
  }

private:
  int watch(upload_sender& sender) {
    while (!sender.finished()) {
      if (sender.sent() != std::exchange(view_.bytes_sent, sender.sent()))
        moved_at_ = steady_clock::now();
      look();
      printer_.show(view_);
      if (stuck())
        sender.cancel();
      pause();
    }
    const auto answer = sender.result();
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
      pause();
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
    const auto answer = client_.Get(path);
    return answer && answer->status == 200 ? answer->body : std::string{};
  }

  std::vector<upload_status> list(int limit) {
    return read_uploads(get("/uploads?limit=" + std::to_string(limit)));
  }

  std::chrono::duration<double> elapsed() const { return steady_clock::now() - began_; }

  bool stuck() const {
    return steady_clock::now() - moved_at_ > std::chrono::seconds{options_.progress_timeout_s};
  }

  void pause() const {
    std::this_thread::sleep_for(elapsed() < early ? early_poll_interval : poll_interval);
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

  int complain(const std::string& text) {
    err_ << "bankslip upload: " << text << std::endl;
    return 1;
  }

  const upload_client_options& options_;
  std::string url_;
  std::ostream& out_;
  std::ostream& err_;
  progress_printer printer_;
  httplib::Client client_;
  upload_progress_view view_;
  std::int64_t last_before_ = 0;
  steady_clock::time_point began_;
  steady_clock::time_point moved_at_;
};

} // namespace

int run_upload(const upload_client_options& options, std::ostream& out, std::ostream& err) {
  return upload_run{options, out, err}.run();
}

int run_upload(upload_client_options options) {
  options.terminal = ::isatty(STDOUT_FILENO) == 1;
  return run_upload(options, std::cout, std::cerr);
}

} // namespace bankslip::cli
