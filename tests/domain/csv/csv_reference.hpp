#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "domain/csv/row_cutter.hpp"

namespace bankslip::tests {

/// One data row as either parser sees it.
struct seen_row {
  std::string bytes;
  bool too_long = false;
  bool unclosed_quote = false;
  friend bool operator==(const seen_row&, const seen_row&) = default;
};

inline std::ostream& operator<<(std::ostream& out, const seen_row& row) {
  return out << "{" << row.bytes.substr(0, 200) << (row.too_long ? "; too long" : "")
             << (row.unclosed_quote ? "; unclosed" : "") << "}";
}

/// Nothing but separators, spaces, tabs and no-break spaces.
inline bool is_blank(std::string row, char separator) {
  for (auto at = row.find("\xC2\xA0"); at != std::string::npos; at = row.find("\xC2\xA0"))
    row.replace(at, 2, " ");
  return row.find_first_not_of(std::string{" \t"} + separator) == std::string::npos;
}

/// The rows of a whole file whose separator is known, header included: a slow
/// parser that looks at one byte after the other.
inline std::vector<seen_row> reference_rows(std::string_view file, char separator) {
  std::vector<seen_row> rows;
  std::string row;
  bool quoted = false;
  bool field_start = true;
  auto end_row = [&] {
    bool too_long = row.size() > domain::max_row_bytes;
    if (quoted || !is_blank(row, separator))
      rows.push_back({too_long || quoted ? "" : row, too_long && !quoted, quoted});
    row.clear();
    field_start = true;
  };
  for (std::size_t i = file.starts_with("\xEF\xBB\xBF") ? 3 : 0; i < file.size(); ++i) {
    char c = file[i];
    if (quoted) {
      row += c;
      if (c != '"')
        continue;
      if (i + 1 < file.size() && file[i + 1] == '"')
        row += file[++i];
      else
        quoted = false;
    } else if (c == '\n' || c == '\r') {
      end_row();
    } else {
      row += c;
      quoted = c == '"' && field_start;
      field_start = c == separator;
    }
  }
  end_row();
  return rows;
}

/// A field without blanks around it.
inline std::string unpadded(std::string text) {
  auto padded = [&text](std::string_view blank) {
    if (text.starts_with(blank))
      text.erase(0, blank.size());
    else if (text.ends_with(blank))
      text.erase(text.size() - blank.size());
    else
      return false;
    return true;
  };
  while (padded(" ") || padded("\t") || padded("\xC2\xA0")) {
  }
  return text;
}

/// The fields of one row; nothing where its quotes are wrong.
inline std::optional<std::vector<std::string>> reference_fields(std::string_view row,
                                                                char separator) {
  std::vector<std::string> fields;
  for (std::size_t i = 0;; ++i) {
    std::string field;
    auto quote = row.find('"', i);
    if (quote != std::string_view::npos && unpadded(std::string{row.substr(i, quote - i)}).empty()
        && row.substr(i, quote - i).find(separator) == std::string_view::npos) {
      for (i = quote + 1;; ++i) {
        if (i >= row.size())
          return std::nullopt;
        if (row[i] != '"')
          field += row[i];
        else if (i + 1 < row.size() && row[i + 1] == '"')
          field += row[i++];
        else
          break;
      }
      auto end = std::min(row.find(separator, i), row.size());
      if (!unpadded(std::string{row.substr(i + 1, end - i - 1)}).empty())
        return std::nullopt;
      i = end;
    } else {
      for (; i < row.size() && row[i] != separator; ++i)
        field += row[i];
    }
    fields.push_back(unpadded(field));
    if (i >= row.size())
      return fields;
  }
}

} // namespace bankslip::tests
