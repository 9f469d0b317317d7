#pragma once

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

/// The parts of a text, independent of the locale.
namespace bankslip::domain {

/// Takes what stands before the first `separator` off the front of `text`, and the separator;
/// all of it where there is none.
constexpr std::string_view take_until(char separator, std::string_view& text) noexcept {
  const auto taken = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(taken.size() + 1, text.size()));
  return taken;
}

/// Reads a number that is the whole of `text`; a minus only where its type has negative ones.
template <class Number>
std::optional<Number> parse_whole(std::string_view text) noexcept {
  Number value{};
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && stop == end ? std::optional{value} : std::nullopt;
}

} // namespace bankslip::domain
