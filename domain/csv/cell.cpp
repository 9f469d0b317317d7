#include "domain/csv/cell.hpp"

namespace bankslip::domain {

void append_cell(std::string& out, std::string_view text, char separator) {
  if (text.find_first_of("\"\r\n") == std::string_view::npos
      && text.find(separator) == std::string_view::npos) {
    out.append(text);
    return;
  }
  out += '"';
  for (const auto c : text)
    out.append(c == '"' ? 2 : 1, c);
  out += '"';
}

} // namespace bankslip::domain
