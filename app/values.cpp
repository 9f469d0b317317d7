#include "app/values.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace bankslip::app {

namespace {

struct unit {
  std::string_view name;
  std::int64_t milliseconds;
};

// From the largest, so that the shortest text is found first.
constexpr std::array units = {unit{"d", 86'400'000}, unit{"h", 3'600'000}, unit{"m", 60'000},
                              unit{"s", 1'000}, unit{"ms", 1}};

} // namespace

std::optional<std::uint64_t> parse_number(std::string_view text) noexcept {
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (text.empty() || result.ec != std::errc{} || result.ptr != end)
    return std::nullopt;
  return value;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept {
  if (text == "0")
    return std::chrono::milliseconds{0};
  const auto digits = text.find_first_not_of("0123456789");
  if (digits == std::string_view::npos)
    return std::nullopt;
  const auto number = parse_number(text.substr(0, digits));
  for (const auto& one : units) {
    if (!number || text.substr(digits) != one.name)
      continue;
    const auto most = std::numeric_limits<std::int64_t>::max() / one.milliseconds;
    if (*number > static_cast<std::uint64_t>(most))
      return std::nullopt;
    return std::chrono::milliseconds{static_cast<std::int64_t>(*number) * one.milliseconds};
  }
  return std::nullopt;
}

std::string format_duration(std::chrono::milliseconds span) {
  if (span.count() == 0)
    return "0";
  for (const auto& one : units)
    if (span.count() % one.milliseconds == 0)
      return std::to_string(span.count() / one.milliseconds) + std::string{one.name};
  return {};
}

std::string shown_value(std::string_view text) {
  constexpr std::size_t longest = 100;
  std::string out{text.substr(0, longest)};
  for (auto& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      c = '?';
  if (text.size() > longest)
    out += "...";
  return out;
}

} // namespace bankslip::app
