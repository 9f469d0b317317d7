#include <array>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "domain/debt_lists.hpp"
#include "domain/time.hpp"
#include "http/api/answers.hpp"
#include "http/api/dto.hpp"
#include "http/api/handlers.hpp"
#include "http/api/list_cursor.hpp"
#include "http/api/query_values.hpp"
#include "json/writer.hpp"

namespace bankslip::http {

namespace {

constexpr std::array<std::string_view, 8> debt_queries = {
    "status", "upload_id", "due_from", "due_to", "email", "government_id", "limit", "after"};
constexpr std::string_view served_queries =
    "Debts are listed by status, upload_id, due_from, due_to, email and government_id";

std::optional<domain::debt_status> query_status(const exchange& x,
                                                std::vector<field_fault>& faults) {
  using domain::debt_status;
  const auto text = query_text(x, "status", 64, faults);
  if (!text)
    return std::nullopt;
  for (auto s : {debt_status::imported, debt_status::generated, debt_status::emailed,
                 debt_status::failed, debt_status::in_doubt})
    if (to_string(s) == *text)
      return s;
  add_query_fault(faults, "status", "enum",
                  "Input should be 'imported', 'generated', 'emailed', 'failed' or 'in_doubt'",
                  *text);
  return std::nullopt;
}

std::optional<domain::date> query_date(const exchange& x, const char* name,
                                       std::vector<field_fault>& faults) {
  const auto text = query_text(x, name, 64, faults);
  if (!text)
    return std::nullopt;
  auto day = domain::parse_date(*text);
  if (!day)
    add_query_fault(faults, name, "date_parsing",
                    "Input should be a day of the calendar, written YYYY-MM-DD", *text);
  return day;
}

domain::debt_filter query_filter(const exchange& x, std::vector<field_fault>& faults) {
  domain::debt_filter f;
  f.status = query_status(x, faults);
  if (query_text(x, "upload_id", 64, faults))
    f.upload_id =
        query_number(x, "upload_id", 0, 1, std::numeric_limits<std::int64_t>::max(), faults);
  f.due_from = query_date(x, "due_from", faults);
  f.due_to = query_date(x, "due_to", faults);
  if (f.due_from && f.due_to && *f.due_from > *f.due_to)
    for (const auto* name : {"due_from", "due_to"})
      add_query_fault(faults, name, "date_order", "due_from should not be after due_to",
                      *x.request.find_query(name));
  f.email = query_text(x, "email", 4 * 254, faults).value_or("");
  f.government_id = query_text(x, "government_id", 4 * 20, faults).value_or("");
  return f;
}

actors::list_debts read_request(const exchange& x, std::vector<field_fault>& faults) {
  actors::list_debts request;
  refuse_others(x, debt_queries, served_queries, faults);
  request.filter = query_filter(x, faults);
  request.limit = static_cast<int>(query_number(x, "limit", 50, 1, 500, faults));
  if (const auto cursor = query_text(x, "after", 4096, faults)) {
    auto at = read_debt_cursor(domain::order_of(request.filter), *cursor);
    if (at)
      request.after = std::move(*at);
    else
      add_query_fault(faults, "after", "cursor",
                      "Input should be the `next` of a page of this very list", *cursor);
  }
  return request;
}

} // namespace

void get_debts(exchange& x, const api_context& api) {
  std::vector<field_fault> faults;
  const auto request = read_request(x, faults);
  if (!faults.empty())
    return answer_faults(x.response, faults);
  const auto answer = api.front->ask<actors::debts_listed>(request);
  if (!answer && domain::code_of(answer.error()) == domain::errc::invalid_input)
    return answer_faults(x.response, {{"not_served", {"query"}, message_of(answer.error())}});
  if (!answer)
    return answer_error(x.response, answer.error(), "Not Found");
  json::writer w;
  w.begin_object().key("bankslips").begin_array();
  for (const auto& debt : answer->page.debts)
    w.raw(debt_json(debt, api.options.beneficiary));
  const auto& next = answer->page.next;
  w.end_array().key("next").text_or_null(next ? debt_cursor(domain::order_of(request.filter), *next)
                                              : "");
  w.end_object();
  answer_json(x.response, 200, w.take());
}

} // namespace bankslip::http
