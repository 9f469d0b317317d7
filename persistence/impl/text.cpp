#include "persistence/impl/text.hpp"

#include "domain/validation.hpp"

namespace bankslip::persistence {

namespace {

/// Length of the valid UTF-8 sequence at the start of `text`; 0 if there is none.
std::size_t sequence_length(std::string_view text) noexcept {
  auto lead = static_cast<unsigned char>(text[0]);
  std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return text.size() >= size && domain::is_clean_utf8(text.substr(0, size)) ? size : 0;
}

int nibble(char c) noexcept { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; }

} // namespace

std::string clean_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    auto n = sequence_length(text);
    if (n == 0)
      out.push_back('?');
    else
      out.append(text.substr(0, n));
    text.remove_prefix(n == 0 ? 1 : n);
  }
  return out;
}

std::string_view clean_text(std::string_view text, std::string& storage) {
  if (domain::is_clean_utf8(text))
    return text;
  storage = clean_text(text);
  return storage;
}

std::string array_literal(std::span<const std::string> texts) {
  std::string out = "{";
  std::string storage;
  for (const auto& text : texts) {
    out.append(out.size() > 1 ? ",\"" : "\"");
    for (char c : clean_text(text, storage)) {
      if (c == '"' || c == '\\')
        out.push_back('\\');
      out.push_back(c);
    }
    out.push_back('"');
  }
  return out.append("}");
}

std::string array_literal(std::span<const std::int64_t> numbers) {
  std::string out = "{";
  for (auto n : numbers) {
    if (out.size() > 1)
      out.push_back(',');
    out.append(std::to_string(n));
  }
  return out.append("}");
}

std::vector<std::string> parse_text_array(std::string_view literal) {
  std::vector<std::string> out;
  auto quoted = false;
  auto open = false;
  std::string element;
  for (std::size_t i = 1; i < literal.size(); ++i) {
    auto c = literal[i];
    if (c == '"') {
      quoted = !quoted;
      open = true;
    } else if (!quoted && (c == ',' || c == '}')) {
      if (open)
        out.push_back(std::move(element));
      element.clear();
      open = false;
    } else {
      if (c == '\\' && i + 1 < literal.size())
        c = literal[++i];
      element.push_back(c);
      open = true;
    }
  }
  return out;
}

std::string hex_literal(std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out = "\\x";
  out.reserve(2 + 2 * bytes.size());
  for (unsigned char c : bytes) {
    out.push_back(digits[c >> 4]);
    out.push_back(digits[c & 15]);
  }
  return out;
}

std::string parse_hex(std::string_view literal) {
  std::string out;
  for (std::size_t i = 2; i + 1 < literal.size(); i += 2)
    out.push_back(static_cast<char>(nibble(literal[i]) << 4 | nibble(literal[i + 1])));
  return out;
}

} // namespace bankslip::persistence
