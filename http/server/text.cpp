#include "http/server/text.hpp"

#include <algorithm>

namespace bankslip::http {

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size() || hex_value(text[i + 1]) < 0 || hex_value(text[i + 2]) < 0)
      return std::nullopt;
    out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
    i += 2;
  }
  return out;
}

std::string form_decoded(std::string_view text) {
  std::string spaced{text};
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percent_decoded(spaced).value_or(spaced);
}

namespace {

/// Reads a quoted string that begins at `text`'s first byte; leaves what follows.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string out;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return out;
    }
    // Browsers send a backslash in file names as it is: only \" and \\ are escapes.
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\'))
      ++i;
    out += text[i];
  }
  return std::nullopt;
}

std::string take_token(std::string_view& text) {
  const auto end = std::min(text.find(';'), text.size());
  std::string out{trimmed(text.substr(0, end))};
  text.remove_prefix(end);
  return out;
}

} // namespace

std::optional<std::string> header_parameter(std::string_view header, std::string_view name) {
  auto at = header.find(';');
  while (at != std::string_view::npos) {
    header = trimmed(header.substr(at + 1));
    const auto equals = header.find('=');
    if (equals == std::string_view::npos)
      return std::nullopt;
    const auto found = trimmed(header.substr(0, equals));
    header = trimmed(header.substr(equals + 1));
    std::optional<std::string> value;
    if (!header.empty() && header.front() == '"')
      value = take_quoted(header);
    else
      value = take_token(header);
    if (!value || same_text(found, name))
      return value;
    at = header.find(';');
  }
  return std::nullopt;
}

} // namespace bankslip::http
