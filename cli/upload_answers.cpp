#include "cli/upload_answers.hpp"

#include <utility>

#include "domain/csv/field_splitter.hpp"
#include "domain/text/controls.hpp"
#include "domain/text/parse.hpp"
#include "json/document.hpp"

namespace bankslip::cli {

namespace {

using json::value;
using kind = json::kind;

std::string text_at(value v, const char* name) {
  const auto at = v[name];
  return at.is(kind::text) ? std::string{at.text()} : std::string{};
}

std::int64_t number_at(value v, const char* name) { return v[name].integer().value_or(0); }

std::int64_t id_of(value v) {
  return domain::parse_whole<std::int64_t>(text_at(v, "upload_id")).value_or(0);
}

std::optional<upload_status> status_of(value v) {
  if (!v.is(kind::object) || id_of(v) == 0)
    return std::nullopt;
  upload_status s;
  s.upload_id = id_of(v);
  s.state = text_at(v, "state");
  s.created_at = text_at(v, "created_at");
  s.accepted = number_at(v, "accepted");
  s.rejected = number_at(v, "rejected");
  s.generated = number_at(v, "generated");
  s.emailed = number_at(v, "emailed");
  s.duplicates = number_at(v, "duplicates");
  s.conflicts = number_at(v, "conflicts");
  s.failed = number_at(v, "failed");
  s.in_doubt = number_at(v, "in_doubt");
  s.failure_code = domain::without_controls(text_at(v, "failure_code"));
  s.failure = domain::without_controls(text_at(v, "failure"));
  return s;
}

std::string row_line(std::string_view row, std::string_view field, std::string_view error) {
  std::string line{"row "};
  line += row;
  if (!field.empty())
    line.append(", ").append(field);
  line.append(": ").append(error);
  return domain::without_controls(line);
}

} // namespace

std::optional<upload_status> read_upload(const std::string& json) {
  const json::document d{json};
  return status_of(d.root());
}

std::vector<upload_status> read_uploads(const std::string& json) {
  std::vector<upload_status> found;
  const json::document d{json};
  if (!d.root().is(kind::array))
    return found;
  for (auto v : d.root())
    if (auto s = status_of(v))
      found.push_back(std::move(*s));
  return found;
}

std::optional<taken_upload> read_taken(const std::string& json, std::size_t most_rows) {
  const json::document d{json};
  const auto answer = d.root();
  if (id_of(answer) == 0)
    return std::nullopt;
  taken_upload taken{
      id_of(answer), number_at(answer, "accepted"), number_at(answer, "rejected"), {}};
  for (auto row : answer["failed_rows"])
    if (row.is(kind::object) && taken.failed_rows.size() < most_rows)
      taken.failed_rows.push_back(row_line(std::to_string(number_at(row, "row")),
                                           text_at(row, "field"), text_at(row, "error")));
  return taken;
}

std::vector<std::string> read_errors(const std::string& csv, std::size_t most) {
  std::vector<std::string> lines;
  // Line ends inside quotes are no part of what the server writes of itself.
  for (auto begin = csv.find("\r\n"); begin != std::string::npos && lines.size() < most;) {
    begin += 2;
    const auto end = csv.find("\r\n", begin);
    if (end == std::string::npos)
      break;
    std::string scratch;
    domain::field_splitter fields{std::string_view{csv}.substr(begin, end - begin), ',', scratch};
    std::vector<std::string> row;
    for (std::string_view field; fields.next(field);)
      row.emplace_back(field);
    if (row.size() == 5)
      lines.push_back(row_line(row[0], row[2], row[4]));
    begin = end;
  }
  return lines;
}

std::string read_detail(const std::string& json) {
  const json::document d{json};
  auto text = text_at(d.root(), "detail");
  for (auto entry : d.root()["detail"])
    if (entry.is(kind::object))
      text += (text.empty() ? "" : "; ") + text_at(entry, "msg");
  if (text.empty())
    text = json.substr(0, 200);
  return domain::without_controls(text);
}

} // namespace bankslip::cli
