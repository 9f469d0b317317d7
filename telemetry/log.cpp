#include "telemetry/log.hpp"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <mutex>

#include <poll.h>
#include <unistd.h>

#include "domain/text/utf8.hpp"
#include "telemetry/impl/log_line.hpp"
#include "telemetry/impl/text.hpp"

namespace bankslip::telemetry {

namespace {

bool terminal_takes_colours() {
  const auto* no_colour = std::getenv("NO_COLOR");
  return ::isatty(STDERR_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

/// Writes lines to standard error, one write a line, so that lines of several
/// processes on one pipe do not mix and a crash loses none.
struct log_state {
  std::atomic<log_level> least{log_level::info};
  std::atomic<bool> json{false};
  std::atomic<bool> colours{terminal_takes_colours()};

  void write(std::string_view line) {
    const std::lock_guard lock{mutex_};
    while (!line.empty()) {
      const auto written = ::write(STDERR_FILENO, line.data(), line.size());
      if (written > 0)
        line.remove_prefix(static_cast<std::size_t>(written));
      else if (written < 0 && errno != EINTR && !(errno == EAGAIN && wait_for_room()))
        return;
    }
  }

private:
  // Somebody has made the descriptor non-blocking.
  static bool wait_for_room() {
    pollfd fd{STDERR_FILENO, POLLOUT, 0};
    return ::poll(&fd, 1, 1000) > 0;
  }

  std::mutex mutex_;
};

// Never destroyed: threads may log until the process is gone.
log_state& logging() {
  static auto& instance = *new log_state;
  return instance;
}

thread_local const log_scope* innermost = nullptr;

} // namespace

log_scope::log_scope(log_field field) noexcept : field_{field}, outer_{innermost} {
  innermost = this;
}

log_scope::~log_scope() { innermost = outer_; }

void init_log(const log_options& options) {
  auto& s = logging();
  s.json = options.format == log_format::json;
  s.colours = terminal_takes_colours();
  s.least = options.level;
}

void log(log_level level, std::string_view message, std::initializer_list<log_field> fields) {
  try {
    auto& s = logging();
    if (level == log_level::off || level < s.least)
      return;
    const auto now = std::chrono::system_clock::now();
    auto line = s.json ? json_line(now, level, message, fields, innermost)
                       : plain_line(now, level, message, fields, s.colours, innermost);
    s.write(line += '\n');
  } catch (...) {
    // Out of memory: the line is lost, the work goes on.
  }
}

std::string mask_document(std::string_view id) {
  auto shown = id.size();
  for (int characters = 0; characters < 2 && shown > 0; ++characters)
    do
      --shown;
    while (shown > 0 && domain::is_continuation(id[shown]));
  // The last two of three or fewer would be nearly all of it.
  return id.size() < 4 ? "***" : "***" + std::string{id.substr(shown)};
}

} // namespace bankslip::telemetry
