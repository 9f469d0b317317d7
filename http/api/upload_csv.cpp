#include "http/api/upload_csv.hpp"

#include "domain/csv/cell.hpp"
#include "domain/text/utf8.hpp"
#include "domain/time.hpp"

namespace bankslip::http {

namespace {

/// Spreadsheets cut lines at the separator of their locale, whatever the file's
/// is, and take what then begins with one of `formula` for a formula.
constexpr std::string_view cuts = ",;|\t\r\n";
constexpr std::string_view formula = "=+-@\t\r";

std::string without_formulas(std::string_view text) {
  std::string out;
  char before = cuts.front();
  for (const auto c : text) {
    if (cuts.find(before) != std::string_view::npos && formula.find(c) != std::string_view::npos)
      out += '\'';
    out += c;
    before = c;
  }
  return out;
}

void append_cell(std::string& out, std::string_view text, char separator) {
  domain::append_cell(out, without_formulas(text), separator);
}

} // namespace

void append_error_line(std::string& out, const domain::row_problem& p) {
  if (p.row >= 0)
    out += std::to_string(p.row);
  for (const auto* text : {&p.debt_id, &p.field, &p.code, &p.error}) {
    out += ',';
    append_cell(out, domain::clean_utf8(*text), ',');
  }
  out += "\r\n";
}

void append_rejected_line(std::string& out, std::string_view raw, char separator,
                          std::string_view last_cell) {
  out.append(raw) += separator;
  append_cell(out, domain::clean_utf8(last_cell), separator);
  out += "\r\n";
}

void append_result_line(std::string& out, const domain::stored_debt& d) {
  append_cell(out, domain::clean_utf8(d.content.debt_id), ',');
  out.append(",").append(to_string(d.status)).append(",");
  append_cell(out, domain::clean_utf8(d.linha_digitavel), ',');
  out.append(",").append(domain::format_utc(d.created_at)).append(",");
  if (d.updated_on)
    out += domain::format_utc(*d.updated_on);
  out += ',';
  append_cell(out, domain::clean_utf8(d.failure), ',');
  out += ',';
  if (d.from.row >= 0)
    out += std::to_string(d.from.row);
  out += "\r\n";
}

} // namespace bankslip::http
