#include "telemetry/log.hpp"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <mutex>

#include <poll.h>
#include <unistd.h>

#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

#include "telemetry/impl/log_line.hpp"
#include "telemetry/impl/text.hpp"

namespace bankslip::telemetry {

namespace {

/// Standard error, one write a line, so that lines of several processes on
/// one pipe do not mix and a crash loses none.
class stderr_sink final : public spdlog::sinks::base_sink<std::mutex> {
private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    line_.assign(message.payload.data(), message.payload.size());
    line_ += '\n';
    std::string_view rest = line_;
    while (!rest.empty()) {
      const auto written = ::write(STDERR_FILENO, rest.data(), rest.size());
      if (written > 0)
        rest.remove_prefix(static_cast<std::size_t>(written));
      else if (written < 0 && errno != EINTR && !(errno == EAGAIN && wait_for_room()))
        return;
    }
  }

  void flush_() override {}

  // Somebody has made the descriptor non-blocking.
  static bool wait_for_room() {
    pollfd fd{STDERR_FILENO, POLLOUT, 0};
    return ::poll(&fd, 1, 1000) > 0;
  }

  std::string line_;
};

spdlog::level::level_enum vendor_level(log_level level) {
  switch (level) {
    case log_level::trace:
      return spdlog::level::trace;
    case log_level::debug:
      return spdlog::level::debug;
    case log_level::info:
      return spdlog::level::info;
    case log_level::warn:
      return spdlog::level::warn;
    case log_level::error:
      return spdlog::level::err;
    default:
      return spdlog::level::off;
  }
}

bool terminal_takes_colours() {
  const auto* no_colour = std::getenv("NO_COLOR");
  return ::isatty(STDERR_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

struct log_state {
  log_state() : logger{"bankslip", std::make_shared<stderr_sink>()} {
    logger.set_level(spdlog::level::info);
  }

  spdlog::logger logger;
  std::atomic<bool> json{false};
  std::atomic<bool> colours{terminal_takes_colours()};
};

// Never destroyed: threads may log until the process is gone.
log_state& logging() {
  static auto& instance = *new log_state;
  return instance;
}

std::string first_character(std::string_view text) {
  if (text.empty())
    return {};
  return std::string{text.substr(0, utf8_length(text, 0))};
}

} // namespace

void init_log(const log_options& options) {
  auto& s = logging();
  s.json = options.format == log_format::json;
  s.colours = terminal_takes_colours();
  s.logger.set_level(vendor_level(options.level));
}

void log(log_level level, std::string_view message, std::initializer_list<log_field> fields) {
  try {
    auto& s = logging();
    if (level == log_level::off || !s.logger.should_log(vendor_level(level)))
      return;
    const auto now = std::chrono::system_clock::now();
    const auto line = s.json ? json_line(now, level, message, fields)
                             : plain_line(now, level, message, fields, s.colours);
    s.logger.log(vendor_level(level), spdlog::string_view_t{line.data(), line.size()});
  } catch (...) {
    // Out of memory: the line is lost, the work goes on.
  }
}

std::string mask_name(std::string_view name) { return first_character(name) + "***"; }

std::string mask_email(std::string_view email) {
  const auto at = email.rfind('@');
  if (at == std::string_view::npos)
    return "***";
  return first_character(email.substr(0, at)) + "***" + std::string{email.substr(at)};
}

std::string mask_document(std::string_view id) {
  auto shown = id.size();
  for (int characters = 0; characters < 2 && shown > 0; ++characters)
    do
      --shown;
    while (shown > 0 && (static_cast<unsigned char>(id[shown]) & 0xC0) == 0x80);
  // The last two of three or fewer would be nearly all of it.
  return id.size() < 4 ? "***" : "***" + std::string{id.substr(shown)};
}

} // namespace bankslip::telemetry
