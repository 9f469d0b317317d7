#include "telemetry/impl/log_line.hpp"

#include <array>
#include <ctime>

#include "telemetry/impl/text.hpp"

namespace bankslip::telemetry {

namespace {

constexpr std::array<std::string_view, 6> level_names = {"trace", "debug", "info",
                                                         "warn",  "error", "off"};
constexpr std::array<std::string_view, 6> level_colours = {"\x1b[90m", "\x1b[36m", "\x1b[32m",
                                                           "\x1b[33m", "\x1b[31m", ""};
static_assert(level_names.size() == static_cast<std::size_t>(log_level::off) + 1);
static_assert(level_colours.size() == level_names.size());

void append_padded(std::string& out, long value, int width) {
  const auto digits = std::to_string(value);
  for (auto n = static_cast<int>(digits.size()); n < width; ++n)
    out += '0';
  out += digits;
}

void append_time(std::string& out, std::chrono::system_clock::time_point now, const char* pattern,
                 long divisor, int digits) {
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  const auto seconds = static_cast<std::time_t>(micros / 1'000'000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 40> text{};
  out.append(text.data(), std::strftime(text.data(), text.size(), pattern, &utc));
  out += '.';
  append_padded(out, static_cast<long>(micros % 1'000'000) / divisor, digits);
}

void append_json_value(std::string& out, const log_field& field) {
  if (const auto* number = std::get_if<std::int64_t>(&field.value))
    out += std::to_string(*number);
  else
    append_json_string(out, std::get<std::string_view>(field.value), max_log_text);
}

void append_json_field(std::string& out, const log_field& field) {
  out += ',';
  append_json_string(out, field.name, max_log_text);
  out += ':';
  append_json_value(out, field);
}

void append_plain_value(std::string& out, const log_field& field) {
  if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
    out += std::to_string(*number);
    return;
  }
  const auto text = std::get<std::string_view>(field.value);
  const bool quote = text.empty() || text.find_first_of(" =\"\\") != std::string_view::npos;
  if (quote)
    append_json_string(out, text, max_log_text);
  else
    append_plain(out, text, max_log_text);
}

void append_plain_field(std::string& out, const log_field& field) {
  out += ' ';
  append_plain(out, field.name, max_log_text);
  out += '=';
  append_plain_value(out, field);
}

} // namespace

std::string_view name_of(log_level level) noexcept {
  const auto index = static_cast<std::size_t>(level);
  return index < level_names.size() ? level_names[index] : "error";
}

std::string json_line(std::chrono::system_clock::time_point now, log_level level,
                      std::string_view message, std::initializer_list<log_field> fields,
                      const log_scope* scope) {
  std::string out;
  out.reserve(128 + message.size());
  out += "{\"ts\":\"";
  append_time(out, now, "%Y-%m-%dT%H:%M:%S", 1, 6);
  out += "Z\",\"level\":\"";
  out += name_of(level);
  out += "\",\"msg\":";
  append_json_string(out, message, max_log_text);
  for (const auto& field : fields)
    append_json_field(out, field);
  for (; scope != nullptr; scope = scope->outer())
    append_json_field(out, scope->field());
  out += '}';
  return out;
}

std::string plain_line(std::chrono::system_clock::time_point now, log_level level,
                       std::string_view message, std::initializer_list<log_field> fields,
                       bool colours, const log_scope* scope) {
  std::string out;
  out.reserve(128 + message.size());
  append_time(out, now, "%H:%M:%S", 1000, 3);
  out += ' ';
  const auto name = name_of(level);
  if (colours)
    out += level_colours[static_cast<std::size_t>(level) % level_colours.size()];
  out += name;
  if (colours)
    out += "\x1b[0m";
  out.append(name.size() < 5 ? 5 - name.size() : 0, ' ');
  out += ' ';
  append_plain(out, message, max_log_text);
  for (const auto& field : fields)
    append_plain_field(out, field);
  for (; scope != nullptr; scope = scope->outer())
    append_plain_field(out, scope->field());
  return out;
}

} // namespace bankslip::telemetry
