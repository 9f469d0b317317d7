#include "cli/progress_view.hpp"

#include <algorithm>
#include <ostream>

namespace bankslip::cli {

namespace {

/// Parts of a hundred that are done in the phase at hand.
int percent(const upload_progress_view& v) {
  const auto part =
      static_cast<double>(v.taken ? static_cast<std::uint64_t>(v.status.settled()) : v.bytes_sent);
  const auto whole =
      static_cast<double>(v.taken ? static_cast<std::uint64_t>(v.status.accepted) : v.bytes_total);
  return whole > 0 ? static_cast<int>(std::min(100.0, 100.0 * part / whole)) : 100;
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
  const auto seconds = v.since_start.count();
  const auto rate =
      seconds > 0 ? static_cast<std::int64_t>(static_cast<double>(s.settled()) / seconds) : 0;
  return std::string{v.taken ? "processing " : "uploading "} + std::to_string(percent(v))
         + " %  accepted " + std::to_string(s.accepted) + "  generated "
         + std::to_string(s.generated) + "  e-mailed " + std::to_string(s.emailed) + "  failed "
         + std::to_string(s.failed) + "  " + std::to_string(rate) + " rows/s";
}

void progress_printer::show(const upload_progress_view& v) {
  const auto now = std::chrono::steady_clock::now();
  if (terminal_) {
    out_ << '\r' << bar(percent(v)) << progress_line(v) << "\x1b[K" << std::flush;
    drawn_ = true;
  } else if (now - last_ >= std::chrono::seconds{1}) {
    out_ << progress_line(v) << std::endl;
    last_ = now;
  }
}

void progress_printer::end() {
  if (drawn_)
    out_ << '\n' << std::flush;
  drawn_ = false;
}

} // namespace bankslip::cli
