#include "cli/upload_answers.hpp"

#include <algorithm>
#include <charconv>

#include <rapidjson/document.h>

namespace bankslip::cli {

namespace {

using rapidjson::Value;

rapidjson::Document parse(const std::string& json) {
  rapidjson::Document d;
  d.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(json.c_str());
  return d;
}

std::string text_at(const Value& v, const char* name) {
  const auto at = v.FindMember(name);
  if (at == v.MemberEnd() || !at->value.IsString())
    return {};
  return {at->value.GetString(), at->value.GetStringLength()};
}

std::int64_t number_at(const Value& v, const char* name) {
  const auto at = v.FindMember(name);
  return at != v.MemberEnd() && at->value.IsInt64() ? at->value.GetInt64() : 0;
}

std::int64_t id_of(const Value& v) {
  const auto text = text_at(v, "upload_id");
  std::int64_t id = 0;
  std::from_chars(text.data(), text.data() + text.size(), id);
  return id;
}

std::optional<upload_status> status_of(const Value& v) {
  if (!v.IsObject() || id_of(v) == 0)
    return std::nullopt;
  upload_status s;
  s.upload_id = id_of(v);
  s.state = text_at(v, "state");
  s.accepted = number_at(v, "accepted");
  s.rejected = number_at(v, "rejected");
  s.generated = number_at(v, "generated");
  s.emailed = number_at(v, "emailed");
  s.duplicates = number_at(v, "duplicates");
  s.conflicts = number_at(v, "conflicts");
  s.failed = number_at(v, "failed");
  s.in_doubt = number_at(v, "in_doubt");
  return s;
}

std::string row_line(const Value& row) {
  return "row " + std::to_string(number_at(row, "row")) + ", " + text_at(row, "field") + ": "
         + text_at(row, "error");
}

} // namespace

std::optional<upload_status> read_upload(const std::string& json) { return status_of(parse(json)); }

std::vector<upload_status> read_uploads(const std::string& json) {
  std::vector<upload_status> found;
  const auto d = parse(json);
  if (!d.IsArray())
    return found;
  for (const auto& v : d.GetArray())
    if (auto s = status_of(v))
      found.push_back(std::move(*s));
  return found;
}

std::optional<taken_upload> read_taken(const std::string& json, std::size_t most_rows) {
  const auto d = parse(json);
  if (!d.IsObject() || id_of(d) == 0)
    return std::nullopt;
  taken_upload taken{id_of(d), number_at(d, "accepted"), number_at(d, "rejected"), {}};
  const auto rows = d.FindMember("failed_rows");
  if (rows == d.MemberEnd() || !rows->value.IsArray())
    return taken;
  for (const auto& row : rows->value.GetArray())
    if (row.IsObject() && taken.failed_rows.size() < most_rows)
      taken.failed_rows.push_back(row_line(row));
  return taken;
}

std::string read_detail(const std::string& json) {
  const auto d = parse(json);
  std::string text;
  if (d.IsObject())
    text = text_at(d, "detail");
  if (d.IsObject() && d.HasMember("detail") && d["detail"].IsArray())
    for (const auto& entry : d["detail"].GetArray())
      if (entry.IsObject())
        text += (text.empty() ? "" : "; ") + text_at(entry, "msg");
  if (text.empty())
    text = json.substr(0, 200);
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20; }, ' ');
  return text;
}

} // namespace bankslip::cli
