#include "domain/csv/header.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/csv/field_splitter.hpp"
#include "domain/csv/header_step.hpp"
#include "domain/debt_fields.hpp"
#include "domain/error.hpp"
#include "domain/text/ascii.hpp"
#include "domain/text/controls.hpp"

namespace bankslip::domain {

namespace {

constexpr auto header_names = [] {
  std::array<std::string_view, debt_fields.size()> names;
  std::ranges::transform(debt_fields, names.begin(), &debt_field::csv_name);
  return names;
}();

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

/// A header line read with one separator.
struct header_reading {
  csv_dialect dialect;
  /// All names of the line, as they stand in it.
  std::vector<std::string> found;
  /// Known names in it.
  std::size_t known = 0;
  std::string_view twice;
  const char* fault = nullptr;
};

/// A Brazilian spreadsheet writes 10,50 and separates by ';' or, as "Unicode
/// text", by tabs: only ',' leaves no choice but the point.
amount_form form_for(char separator) noexcept {
  return separator == ','   ? amount_form::point
         : separator == ';' ? amount_form::comma
                            : amount_form::point_or_comma;
}

header_reading read_with(std::string_view line, char separator) {
  header_reading r;
  r.dialect.separator = separator;
  r.dialect.amounts = form_for(separator);
  r.dialect.position.fill(nowhere);
  std::string scratch;
  std::string_view field;
  field_splitter fields{line, separator, scratch};
  while (fields.next(field)) {
    r.found.emplace_back(field);
    auto name = std::find(header_names.begin(), header_names.end(), field);
    if (name == header_names.end())
      continue;
    auto& position = r.dialect.position[static_cast<std::size_t>(name - header_names.begin())];
    if (position != nowhere)
      r.twice = *name;
    else
      ++r.known;
    position = fields.count() - 1;
  }
  r.dialect.columns = fields.count();
  r.fault = fields.fault();
  return r;
}

/// The separator that makes the most of the six names appear; of equals the one
/// that makes more fields.
header_reading read_best(std::string_view line, char told) {
  std::string separators{usual_separators};
  if (told != 0)
    separators.insert(separators.begin(), told);
  header_reading best;
  for (auto separator : separators) {
    auto r = read_with(line, separator);
    if (best.found.empty() || r.known > best.known
        || (r.known == best.known && r.found.size() > best.found.size()))
      best = std::move(r);
  }
  return best;
}

std::string shown(char separator) {
  return separator == '\t' ? "tab" : std::string{"'"} + separator + "'";
}

template <class Names, class Take>
std::string listed(const Names& names, Take take) {
  std::string text;
  for (std::size_t k = 0; k < names.size(); ++k)
    if (take(k))
      text.append(text.empty() ? "" : ", ").append(names[k]);
  return text;
}

/// The names of a line, for people: few, short and printable.
std::string names_in(const std::vector<std::string>& found) {
  std::vector<std::string> names;
  for (const auto& name : found) {
    if (names.size() == 20) {
      names.emplace_back("…");
      break;
    }
    names.push_back('"' + without_controls(clean_utf8(name, 60)) + '"');
  }
  return listed(names, [](std::size_t) { return true; });
}

bool same_but_for_case(const std::vector<std::string>& found) {
  return std::any_of(found.begin(), found.end(), [](const std::string& name) {
    return std::any_of(header_names.begin(), header_names.end(), [&](std::string_view known) {
      return known != name && same_text(known, name);
    });
  });
}

std::string likely_cause(std::string_view line, const header_reading& r) {
  if (line.starts_with("PK\x03\x04"))
    return "the file is a workbook or an archive: save it as CSV";
  if (line.find('\0') != std::string_view::npos)
    return "the file seems to be in UTF-16 without a byte order mark: save it as CSV in UTF-8, or "
           "send it with ?encoding=utf-16le";
  if (!is_clean_utf8(line))
    return "the file is not in UTF-8: save it so, or send it with ?encoding=windows-1252";
  if (std::all_of(header_names.begin(), header_names.end(), [line](std::string_view name) {
        return line.find(name) != std::string_view::npos;
      }))
    return "the names are there, but not between separators: these are , ; tab | or what a first "
           "line sep=X tells";
  if (same_but_for_case(r.found))
    return "names are told apart by upper and lower case";
  if (r.known == 0)
    return "the line may be a title or a row of data: the file must begin with the names of its "
           "columns";
  return {};
}

} // namespace

char told_separator(std::string_view line) noexcept {
  if (line.size() >= 2 && line.front() == '"' && line.back() == '"')
    line = line.substr(1, line.size() - 2);
  if (line.size() < 5 || !same_text(line.substr(0, 4), "sep="))
    return 0;
  const auto c = line[4];
  const bool possible = c == '\t' || (c > ' ' && c < 0x7F && c != '"' && !is_alnum(c));
  // A spreadsheet that saves the file again fills the line up with separators.
  return possible && is_blank_row(line.substr(5), c) ? c : '\0';
}

bool is_blank_row(std::string_view row, char separator) noexcept {
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto c = row[i];
    if (c == separator || c == ' ' || c == '\t')
      continue;
    if (c == '\xC2' && i + 1 < row.size() && row[i + 1] == '\xA0')
      ++i;
    else
      return false;
  }
  return true;
}

bool is_blank_line(std::string_view line) noexcept {
  return std::any_of(usual_separators.begin(), usual_separators.end(),
                     [line](char separator) { return is_blank_row(line, separator); });
}

caf::expected<csv_dialect> parse_header(std::string_view line, char told) {
  auto r = read_best(line, told);
  auto refuse = [](std::string text) {
    return make_error(errc::invalid_input, "the header line " + std::move(text));
  };
  if (r.fault != nullptr)
    return refuse("has a wrong field " + std::to_string(r.dialect.columns + 1) + ": " + r.fault);
  if (r.known == header_names.size()) {
    if (!r.twice.empty())
      return refuse("has the column " + std::string{r.twice} + " more than once");
    return r.dialect;
  }
  auto text = "lacks the columns: " + listed(header_names, [&r](std::size_t k) {
                return r.dialect.position[k] == nowhere;
              });
  text +=
      "; read with the separator " + shown(r.dialect.separator) + " it has: " + names_in(r.found);
  if (auto cause = likely_cause(line, r); !cause.empty())
    text += "; " + cause;
  return refuse(std::move(text));
}

caf::error title_above_header(std::string_view first, std::size_t lines) {
  return make_error(errc::invalid_input, "the header line stands below " + std::to_string(lines)
                                             + (lines == 1 ? " title line" : " title lines")
                                             + ", the first of them \""
                                             + names_in({std::string{first}}).substr(1)
                                             + ": remove what stands above it");
}

} // namespace bankslip::domain
