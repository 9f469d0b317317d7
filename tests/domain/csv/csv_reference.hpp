#pragma once

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

/// The rows of a whole file whose separator is known, header included: a slow
/// parser that looks at one byte after the other.
inline std::vector<seen_row> reference_rows(std::string_view file, char separator) {
  std::vector<seen_row> rows;
  std::string row;
  bool quoted = false;
  bool field_start = true;
  auto end_row = [&] {
    if (!quoted && !row.empty() && row.back() == '\r')
      row.pop_back();
    bool too_long = row.size() > domain::max_row_bytes;
    if (!row.empty() || quoted)
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
    } else if (c == '\n') {
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

/// The fields of one row; nothing where its quotes are wrong.
inline std::optional<std::vector<std::string>> reference_fields(std::string_view row,
                                                                char separator) {
  std::vector<std::string> fields{""};
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i] == separator) {
      fields.emplace_back();
    } else if (row[i] == '"' && (i == 0 || row[i - 1] == separator) && fields.back().empty()) {
      for (++i;; ++i) {
        if (i == row.size())
          return std::nullopt;
        if (row[i] != '"')
          fields.back() += row[i];
        else if (i + 1 < row.size() && row[i + 1] == '"')
          fields.back() += row[i++];
        else
          break;
      }
      if (i + 1 < row.size() && row[i + 1] != separator)
        return std::nullopt;
      // The separator, if any, is taken by the next turn.
    } else {
      fields.back() += row[i];
    }
  }
  return fields;
}

} // namespace bankslip::tests
