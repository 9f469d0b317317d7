#include "telemetry/actor_board.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <utility>

#include "domain/time.hpp"
#include "telemetry/impl/actor_counts.hpp"
#include "telemetry/impl/text.hpp"

namespace bankslip::telemetry {

constexpr std::size_t max_text = 500;

struct board_line {
  std::string kind;
  std::string id;
  std::string parent;
  domain::utc_time alive_since{};
  std::atomic<std::int64_t> restarts{0};
  std::atomic<std::int64_t> queue_length{0};
  std::atomic<std::int64_t> credit{0};
  std::mutex mutex;
  std::string works_on;
};

namespace {

/// Lines by age. A line leaves under the mutex before it dies, so that a
/// reader who holds the mutex may use every pointer.
struct board {
  std::mutex mutex;
  std::uint64_t next = 0;
  std::map<std::uint64_t, board_line*> lines;
  std::map<std::string, std::int64_t> by_kind;
};

// Never destroyed: an actor may outlive main.
board& the_board() {
  static auto& instance = *new board;
  return instance;
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
  out += '"';
  out += name;
  out += "\":";
  append_json_string(out, value, max_text);
  out += ',';
}

void append_member(std::string& out, std::string_view name, std::int64_t value) {
  out += '"';
  out += name;
  out += "\":";
  out += std::to_string(value);
  out += ',';
}

void append_line(std::string& out, board_line& line) {
  out += '{';
  append_member(out, "kind", line.kind);
  append_member(out, "id", line.id);
  append_member(out, "parent", line.parent);
  append_member(out, "alive_since", domain::format_utc(line.alive_since));
  append_member(out, "restarts", line.restarts.load());
  append_member(out, "queue_length", line.queue_length.load());
  append_member(out, "credit", line.credit.load());
  {
    const std::lock_guard lock{line.mutex};
    append_member(out, "works_on", line.works_on);
  }
  out.back() = '}';
}

} // namespace

struct actor_entry::line : board_line {
  line(std::string_view kind_name, std::string_view id_text, std::string_view parent_id) {
    kind = kind_name;
    id = id_text;
    parent = parent_id;
    alive_since = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    auto& b = the_board();
    const std::lock_guard lock{b.mutex};
    number = b.next++;
    b.lines.emplace(number, this);
    ++b.by_kind[kind];
  }

  ~line() {
    auto& b = the_board();
    const std::lock_guard lock{b.mutex};
    b.lines.erase(number);
    --b.by_kind[kind];
  }

  line(const line&) = delete;
  line& operator=(const line&) = delete;

  std::uint64_t number = 0;
};

actor_entry::actor_entry(std::string_view kind, std::string_view id, std::string_view parent)
    : line_{std::make_shared<line>(kind, id, parent)} {}

actor_entry::~actor_entry() = default;
actor_entry::actor_entry(actor_entry&&) noexcept = default;
actor_entry& actor_entry::operator=(actor_entry&&) noexcept = default;

void actor_entry::works_on(std::string text) {
  const std::lock_guard lock{line_->mutex};
  line_->works_on = std::move(text);
}

void actor_entry::queue_length(std::int64_t n) { line_->queue_length = n; }

void actor_entry::credit(std::int64_t n) { line_->credit = n; }

void actor_entry::restarts(std::int64_t n) { line_->restarts = n; }

std::vector<board_view> read_board(std::string_view kind) {
  std::vector<board_view> out;
  auto& b = the_board();
  const std::lock_guard lock{b.mutex};
  for (const auto& [number, line] : b.lines)
    if (line->kind == kind) {
      const std::lock_guard text{line->mutex};
      out.push_back({line->id, line->restarts.load(), line->works_on});
    }
  return out;
}

std::string render_actors() {
  std::string out = "{\"actors\":[";
  auto& b = the_board();
  const std::lock_guard lock{b.mutex};
  bool first = true;
  for (const auto& [number, line] : b.lines) {
    if (!first)
      out += ',';
    first = false;
    append_line(out, *line);
  }
  out += "]}";
  return out;
}

std::map<std::string, std::int64_t> actor_counts() {
  auto& b = the_board();
  const std::lock_guard lock{b.mutex};
  return b.by_kind;
}

} // namespace bankslip::telemetry
