#include "cli/values.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <limits>

#include "domain/text/parse.hpp"

namespace bankslip::cli {

namespace {

struct unit {
  std::string_view name;
  std::int64_t milliseconds;
};

// From the largest, so that the shortest text is found first.
constexpr std::array units = {unit{"d", 86'400'000}, unit{"h", 3'600'000}, unit{"m", 60'000},
                              unit{"s", 1'000}, unit{"ms", 1}};

} // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept {
  if (text == "0")
    return std::chrono::milliseconds{0};
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = domain::parse_whole<std::int64_t>(text.substr(0, digits));
  for (const auto& [name, milliseconds] : units)
    if (number && text.substr(digits) == name
        && *number <= std::numeric_limits<std::int64_t>::max() / milliseconds)
      return std::chrono::milliseconds{*number * milliseconds};
  return std::nullopt;
}

std::string format_duration(std::chrono::milliseconds span) {
  for (const auto& [name, milliseconds] : units)
    if (span.count() != 0 && span.count() % milliseconds == 0)
      return std::to_string(span.count() / milliseconds) + std::string{name};
  return "0";
}

std::string shown_value(std::string_view text) {
  constexpr std::size_t longest = 100;
  std::string out{text.substr(0, longest)};
  for (auto& c : out)
    if (std::iscntrl(static_cast<unsigned char>(c)) != 0)
      c = '?';
  return text.size() > longest ? out + "..." : out;
}

} // namespace bankslip::cli
