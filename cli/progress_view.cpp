#include "cli/progress_view.hpp"

#include <algorithm>
#include <cmath>
#include <ostream>
#include <utility>

namespace bankslip::cli {

namespace {

/// Parts of a hundred that are done in the phase at hand.
int percent(const upload_progress_view& v) {
  const auto part =
      static_cast<double>(v.taken ? static_cast<std::uint64_t>(v.status.settled()) : v.bytes_sent);
  const auto whole =
      static_cast<double>(v.taken ? static_cast<std::uint64_t>(v.status.accepted) : v.bytes_total);
  // All bytes sent are not yet all rows confirmed.
  const auto most = v.taken ? 100.0 : 99.0;
  return static_cast<int>(whole > 0 ? std::min(most, 100.0 * part / whole) : most);
}

/// "0:07", "1:02:03".
std::string span_text(std::chrono::seconds span) {
  const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  const auto minutes = span.count() / 60;
  const auto rest = ":" + two(span.count() % 60);
  return minutes < 60 ? std::to_string(minutes) + rest
                      : std::to_string(minutes / 60) + ":" + two(minutes % 60) + rest;
}

std::string bar(int percent) {
  constexpr int width = 24;
  const auto full = percent * width / 100;
  return '[' + std::string(static_cast<std::size_t>(full), '#')
         + std::string(static_cast<std::size_t>(width - full), '-') + "] ";
}

} // namespace

std::string progress_line(const upload_progress_view& v) {
  const auto& s = v.status;
  auto line = std::string{v.taken ? "processing " : "uploading "} + std::to_string(percent(v))
              + " %  accepted " + std::to_string(s.accepted) + "  generated "
              + std::to_string(s.generated) + "  e-mailed " + std::to_string(s.emailed)
              + "  failed " + std::to_string(s.failed) + "  "
              + std::to_string(static_cast<std::int64_t>(v.rows_per_second)) + " rows/s";
  return v.left ? line + "  " + span_text(*v.left) + " left" : line;
}

void progress_pace::measure(upload_progress_view& v) {
  constexpr double window = 5;
  const look now{v.since_start.count(), static_cast<double>(v.bytes_sent),
                 static_cast<double>(v.status.settled())};
  if (std::exchange(upload_id_, v.status.upload_id) != v.status.upload_id)
    looks_.clear();
  looks_.push_back(now);
  while (looks_.size() > 2 && now.at - looks_[1].at >= window)
    looks_.pop_front();
  const auto& then = looks_.front();
  const auto span = now.at - then.at;
  v.rows_per_second = 0;
  v.left.reset();
  if (span <= 0)
    return;
  v.rows_per_second = (now.rows - then.rows) / span;
  const auto rate = v.taken ? v.rows_per_second : (now.bytes - then.bytes) / span;
  const auto rest = v.taken ? static_cast<double>(v.status.accepted) - now.rows
                            : static_cast<double>(v.bytes_total) - now.bytes;
  // Not of the first moments, and no more than a hundred hours.
  if (now.at >= 1 && rate > 0 && rest > 0 && rest / rate < 360'000)
    v.left = std::chrono::seconds{static_cast<std::int64_t>(std::ceil(rest / rate))};
}

void progress_printer::show(const upload_progress_view& v) {
  const auto now = std::chrono::steady_clock::now();
  if (terminal_) {
    out_ << '\r' << bar(percent(v)) << progress_line(v) << "\x1b[K" << std::flush;
    drawn_ = true;
  } else if (now - last_ >= std::chrono::seconds{lines_ < 10 ? 1 : 5}) {
    out_ << progress_line(v) << std::endl;
    last_ = now;
    ++lines_;
  }
}

void progress_printer::end() {
  if (drawn_)
    out_ << '\n' << std::flush;
  drawn_ = false;
}

} // namespace bankslip::cli
