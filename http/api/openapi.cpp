#include "http/api/openapi.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "domain/text/ascii.hpp"
#include "domain/version.hpp"
#include "http/api/answers.hpp"
#include "http/api/handlers.hpp"
#include "openapi_files.hpp"
#include "json/writer.hpp"

namespace bankslip::http {

namespace {

void write_ref(json::writer& w, std::string_view folder, std::string_view name) {
  const auto path = "#/components/" + std::string{folder} + '/' + std::string{name};
  w.begin_object().key("$ref").text(path).end_object();
}

void write_content(json::writer& w, std::string_view type, std::string_view schema,
                   std::string_view example) {
  w.key("content").begin_object().key(type).begin_object().key("schema");
  write_ref(w, "schemas", schema);
  if (!example.empty())
    w.key("example").raw(example);
  w.end_object().end_object();
}

/// Names in braces of "/bankslip/{debt_id}".
std::vector<std::string_view> names_of(std::string_view pattern) {
  std::vector<std::string_view> names;
  while (true) {
    const auto begin = pattern.find('{');
    const auto end = pattern.find('}', begin);
    if (end == std::string_view::npos)
      return names;
    names.push_back(pattern.substr(begin + 1, end - begin - 1));
    pattern.remove_prefix(end + 1);
  }
}

void write_parameters(json::writer& w, const operation& op) {
  w.key("parameters").begin_array();
  for (const auto name : names_of(op.pattern))
    write_ref(w, "parameters", name);
  if (is_done_once(op))
    write_ref(w, "parameters", "IdempotencyKey");
  for (const auto& p : op.query) {
    w.begin_object().key("name").text(p.name).key("in").text("query");
    w.key("description").text(p.says).key("schema").raw(p.schema).end_object();
  }
  w.end_array();
}

/// Statuses that any request of an operation may be answered with.
std::vector<int> shared_statuses(const operation& op) {
  std::vector<int> all{400, 408, 414, 415, 431, 500, 503};
  if (!op.body.schema.empty())
    all.push_back(413);
  if (op.needs != scope::open)
    all.insert(all.end(), {401, 403, 429});
  // Of its Idempotency-Key.
  if (is_done_once(op))
    all.insert(all.end(), {409, 422});
  return all;
}

void write_outcome(json::writer& w, const outcome& o) {
  w.begin_object().key("description").text(o.says);
  if (o.status == 503 && o.schema == "Problem") {
    w.key("headers").begin_object().key("Retry-After");
    write_ref(w, "headers", "RetryAfter");
    w.end_object();
  }
  if (!o.schema.empty())
    write_content(w, o.content_type, o.schema, o.example);
  w.end_object();
}

void write_answers(json::writer& w, const operation& op) {
  std::map<int, const outcome*> all;
  for (const auto status : shared_statuses(op))
    all[status] = nullptr;
  for (const auto& o : op.answers)
    all[o.status] = &o;
  w.key("responses").begin_object();
  for (const auto& [status, own] : all) {
    w.key(std::to_string(status));
    if (own)
      write_outcome(w, *own);
    else
      write_ref(w, "responses", std::to_string(status));
  }
  w.end_object();
}

void write_security(json::writer& w, const operation& op) {
  w.key("security").begin_array();
  if (op.needs != scope::open)
    for (const auto* way : {"bearer", "apiKey", "session"})
      w.begin_object().key(way).begin_array().text(to_string(op.needs)).end_array().end_object();
  w.end_array();
}

std::string lower(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(), domain::to_lower);
  return out;
}

void write_operation(json::writer& w, const operation& op) {
  w.key(lower(op.method)).begin_object();
  w.key("operationId").text(op.id).key("tags").begin_array().text(op.tag).end_array();
  w.key("summary").text(op.summary);
  if (!op.description.empty())
    w.key("description").text(op.description);
  write_parameters(w, op);
  if (!op.body.schema.empty()) {
    w.key("requestBody").begin_object().key("required").boolean(op.body.required);
    write_content(w, op.body.content_type, op.body.schema, {});
    w.end_object();
  }
  write_answers(w, op);
  write_security(w, op);
  w.end_object();
}

void write_paths(json::writer& w, std::span<const operation> table) {
  w.begin_object();
  std::vector<std::string_view> written;
  for (const auto& first : table) {
    if (std::find(written.begin(), written.end(), first.pattern) != written.end())
      continue;
    written.push_back(first.pattern);
    w.key(first.pattern).begin_object();
    for (const auto& op : table)
      if (op.pattern == first.pattern)
        write_operation(w, op);
    w.end_object();
  }
  w.end_object();
}

} // namespace

std::string openapi_json(std::span<const operation> table) {
  std::string text{openapi_files()[0].bytes};
  constexpr std::string_view place = "@VERSION@";
  text.replace(text.find(place), place.size(), domain::version);
  json::writer w;
  write_paths(w, table);
  // Into the object, before its end.
  text.insert(text.rfind('}'), ",\"paths\":" + w.take());
  return text;
}

void get_openapi(exchange& x, const api_context&) {
  static const auto text = openapi_json(operations());
  answer_json(x.response, 200, text);
}

} // namespace bankslip::http
