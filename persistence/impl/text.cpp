#include "persistence/impl/text.hpp"

#include <algorithm>

#include "domain/text/hex.hpp"

namespace bankslip::persistence {

std::string_view clean_text(std::string_view text, std::string& storage) {
  if (domain::is_clean_utf8(text))
    return text;
  storage = domain::clean_utf8(text);
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

std::string hex_literal(std::string_view bytes) { return "\\x" + domain::to_hex(bytes); }

std::string parse_hex(std::string_view literal) {
  return domain::from_hex(literal.substr(std::min<std::size_t>(2, literal.size()))).value_or("");
}

} // namespace bankslip::persistence
