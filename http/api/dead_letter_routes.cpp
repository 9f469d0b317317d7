#include <array>
#include <string>
#include <string_view>

#include "domain/text/utf8.hpp"
#include "http/api/answers.hpp"
#include "http/api/handlers.hpp"
#include "http/api/list_cursor.hpp"
#include "http/api/query_values.hpp"
#include "json/document.hpp"
#include "json/upload_json.hpp"
#include "json/writer.hpp"

namespace bankslip::http {

namespace {

constexpr std::array<std::string_view, 2> known_queries = {"limit", "after"};
/// More is told by `value_bytes`.
constexpr std::size_t shown_value_bytes = 4096;

std::string_view header_of(const domain::dead_letter_record& r, std::string_view name) {
  std::string_view found;
  for (const auto& h : r.headers)
    if (h.name == name)
      found = h.value;
  return found;
}

/// The id in the message; else its key, which is the id where we published it.
std::string debt_id_of(const domain::dead_letter_record& r) {
  const json::document read{r.value};
  const auto id = read.root()["debt_id"];
  if (id.is(json::kind::text) && !id.text().empty())
    return std::string{id.text()};
  return r.key.size() <= 128 ? domain::clean_utf8(r.key) : std::string{};
}

void write_dead_letter(json::writer& w, const std::string& topic,
                       const domain::dead_letter_record& r) {
  const auto text_of = [&](std::string_view header) { return header_of(r, header); };
  const auto number_of = [&](std::string_view header) {
    return domain::parse_whole<std::int64_t>(text_of(header));
  };
  w.begin_object();
  w.key("topic").text(topic);
  w.key("partition").number(r.partition);
  w.key("offset").number(r.offset);
  w.key("published_at").text(domain::format_utc(r.at));
  w.key("debt_id").text_or_null(debt_id_of(r));
  json::write_origin(w, r.from);
  w.key("error").begin_object();
  w.key("code").text(text_of("error.code"));
  w.key("text").text(text_of("error.text"));
  w.key("stage").text(text_of("error.stage"));
  w.end_object();
  w.key("attempts").number_or_null(number_of("attempts"));
  w.key("origin").begin_object();
  w.key("partition").number_or_null(number_of("origin.partition"));
  w.key("offset").number_or_null(number_of("origin.offset"));
  w.end_object();
  w.key("value").text(std::string_view{r.value}.substr(0, shown_value_bytes));
  w.key("value_bytes").number(static_cast<std::int64_t>(r.value_bytes));
  w.end_object();
}

} // namespace

void get_dead_letters(exchange& x, const api_context& api) {
  std::vector<field_fault> faults;
  refuse_others(x, known_queries, "Dead letters are listed in pages: limit and after", faults);
  const auto limit = static_cast<int>(query_number(x, "limit", 50, 1, 100, faults));
  domain::dead_letter_position before;
  if (const auto cursor = query_text(x, "after", 4096, faults)) {
    if (auto at = read_offset_cursor(*cursor))
      before = std::move(*at);
    else
      add_query_fault(faults, "after", "cursor", "Input should be the `next` of a page", *cursor);
  }
  if (!faults.empty())
    return answer_faults(x.response, faults);
  if (!api.options.dead_letters)
    return answer_unavailable(x.response, "no broker");
  const auto page = api.options.dead_letters->read(limit, before);
  if (!page)
    return answer_error(x.response, page.error(), "There is no topic of dead letters");
  json::writer w;
  w.begin_object().key("dead_letters").begin_array();
  for (const auto& record : page->records)
    write_dead_letter(w, page->topic, record);
  w.end_array().key("next").text_or_null(page->next.empty() ? "" : offset_cursor(page->next));
  w.end_object();
  answer_json(x.response, 200, w.take());
}

} // namespace bankslip::http
