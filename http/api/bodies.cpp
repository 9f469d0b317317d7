#include "http/api/bodies.hpp"

#include <algorithm>
#include <utility>

#include "http/server/text.hpp"
#include "json/writer.hpp"

namespace bankslip::http {

namespace {

/// "application/json" or "application/problem+json", with any parameters.
bool is_json(std::string_view content_type) {
  const auto type = trimmed(content_type.substr(0, content_type.find(';')));
  constexpr std::string_view prefix = "application/";
  if (type.size() <= prefix.size() || !same_text(type.substr(0, prefix.size()), prefix))
    return false;
  const auto rest = type.substr(prefix.size());
  return same_text(rest, "json")
         || (rest.size() > 5 && same_text(rest.substr(rest.size() - 5), "+json"));
}

/// "'a', 'b' or 'c'".
std::string quoted(std::span<const std::string_view> choices) {
  std::string out;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    out += i == 0 ? "'" : i + 1 < choices.size() ? ", '" : " or '";
    out.append(choices[i]).append("'");
  }
  return out;
}

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// As FastAPI does: what is not declared as JSON is one text, not an object.
void answer_not_json(response& res, const std::string& body) {
  answer_faults(res, {{"model_attributes_type",
                       {"body"},
                       "Input should be a valid dictionary or object to extract fields from",
                       json::text_value(body)}});
}

} // namespace

void answer_broken_body(response& res, body_result why) {
  switch (why) {
    case body_result::too_large:
      return answer_detail(res, 413, "Request body too large");
    case body_result::too_slow:
      return answer_detail(res, 408, "the request's body came in too slowly");
    case body_result::stopping:
      return answer_unavailable(res, "shutting down, try again later");
    default:
      return answer_detail(res, 400, "There was an error parsing the body");
  }
}

body_limits upload_limits(const api_options& o) {
  return {o.upload_max_bytes, o.upload_timeout, o.min_bytes_per_second, o.min_rate_window};
}

std::optional<std::string> take_body(exchange& x) {
  x.body.begin_body({});
  std::string body;
  while (true) {
    const auto result = x.body.read_body(body);
    if (result == body_result::end)
      return body;
    if (result != body_result::bytes) {
      answer_broken_body(x.response, result);
      return std::nullopt;
    }
  }
}

std::optional<json_object> take_json(exchange& x, std::string& body,
                                     std::span<const std::string_view> names) {
  auto taken = take_body(x);
  if (!taken)
    return std::nullopt;
  body = std::move(*taken);
  if (body.starts_with(byte_order_mark))
    body.erase(0, byte_order_mark.size());
  // Clients that name no type mean JSON.
  const auto type = x.request.find_header("Content-Type");
  if (type && !is_json(*type) && !body.empty()) {
    answer_not_json(x.response, body);
    return std::nullopt;
  }
  auto read = read_json_object(body, names);
  if (auto* faults = std::get_if<std::vector<field_fault>>(&read)) {
    answer_faults(x.response, *faults);
    return std::nullopt;
  }
  return std::get<json_object>(std::move(read));
}

std::optional<std::size_t> take_choice(exchange& x, std::string_view name,
                                       std::span<const std::string_view> choices) {
  std::string body;
  const auto fields = take_json(x, body, {&name, 1});
  if (!fields)
    return std::nullopt;
  const auto& field = fields->front();
  const std::vector<std::string> loc{"body", std::string{name}};
  const auto found = std::ranges::find(choices, field.text);
  if (field.is == json_field::kind::text && found != choices.end())
    return static_cast<std::size_t>(found - choices.begin());
  if (field.is == json_field::kind::absent) {
    answer_faults(x.response, {{"missing", loc, "Field required", body}});
  } else {
    json::writer context;
    context.begin_object().key("expected").text(quoted(choices)).end_object();
    answer_faults(x.response, {{"literal_error", loc, "Input should be " + quoted(choices),
                                field.json, context.take()}});
  }
  return std::nullopt;
}

} // namespace bankslip::http
