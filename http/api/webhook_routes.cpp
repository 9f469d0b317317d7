#include <array>
#include <limits>
#include <string>
#include <utility>

#include "http/api/answers.hpp"
#include "http/api/dto.hpp"
#include "http/api/handlers.hpp"
#include "http/api/query_values.hpp"
#include "json/upload_json.hpp"
#include "json/writer.hpp"

namespace bankslip::http {

namespace {

constexpr std::string_view no_delivery = "Delivery not found";

/// Members that tell of a call, which is a `webhook_try` or a `webhook_answer`.
void write_call(json::writer& w, const auto& call) {
  const auto was_answered = call.status != 0;
  w.key("status").number_or_null(was_answered ? std::optional<std::int64_t>{call.status}
                                              : std::nullopt);
  w.key("ms").number(call.took.count());
  w.key("error").text_or_null(call.error);
}

void write_delivery(json::writer& w, const domain::webhook_delivery& d) {
  w.begin_object();
  w.key("id").text(std::to_string(d.id));
  w.key("webhook_id").text(d.message_id);
  w.key("type").text(d.type);
  w.key("created_at").text(domain::format_utc(d.at));
  w.key("state").text(domain::to_string(d.state));
  json::write_time(w.key("next_try_at"), d.next_try);
  w.key("tries").begin_array();
  for (const auto& t : d.tries) {
    w.begin_object().key("at").text(domain::format_utc(t.began_at));
    write_call(w, t);
    w.end_object();
  }
  w.end_array();
  w.end_object();
}

/// The page's state; an entry in `faults` for unknown ones.
std::optional<domain::delivery_state> state_of(const exchange& x,
                                               std::vector<field_fault>& faults) {
  const auto text = x.request.find_query("state");
  if (!text)
    return std::nullopt;
  const auto state = domain::delivery_state_of(*text);
  if (!state)
    add_query_fault(faults, "state", "literal_error",
                    "Input should be 'pending', 'delivered' or 'exhausted'", *text);
  return state;
}

} // namespace

void get_deliveries(exchange& x, const api_context& api) {
  std::vector<field_fault> faults;
  actors::list_deliveries request;
  auto& page = request.page;
  page.limit = static_cast<int>(query_number(x, "limit", 50, 1, 500, faults));
  page.after = query_number(x, "after", 0, 0, std::numeric_limits<std::int64_t>::max(), faults);
  page.state = state_of(x, faults);
  if (!faults.empty())
    return answer_faults(x.response, faults);
  const auto answer = api.front->ask<actors::deliveries_listed>(request);
  if (!answer)
    return answer_error(x.response, answer.error(), no_delivery);
  const auto& all = answer->deliveries;
  json::writer w;
  w.begin_object().key("deliveries").begin_array();
  for (const auto& d : all)
    write_delivery(w, d);
  w.end_array();
  const auto is_full = static_cast<int>(all.size()) == page.limit;
  w.key("next").text_or_null(is_full ? std::to_string(all.back().id) : std::string{});
  w.end_object();
  answer_json(x.response, 200, w.take());
}

void post_resend(exchange& x, const api_context& api) {
  const auto id = domain::parse_whole<std::int64_t>(x.params[0]);
  if (!id || *id <= 0)
    return answer_detail(x.response, 404, no_delivery);
  const auto answer = api.front->ask<actors::delivery_resent>(actors::resend_delivery{*id});
  if (!answer)
    return answer_error(x.response, answer.error(), no_delivery);
  answer_json(x.response, 202, R"({"message":"Delivery is on its way"})");
}

void post_webhook_test(exchange& x, const api_context& api) {
  const auto answer = api.front->ask<actors::webhook_tested>(actors::test_webhook{});
  if (!answer)
    return answer_error(x.response, answer.error(), no_delivery);
  const auto& call = answer->answer;
  json::writer w;
  w.begin_object();
  w.key("delivered").boolean(call.error.empty());
  write_call(w, call);
  w.end_object();
  answer_json(x.response, 200, w.take());
}

} // namespace bankslip::http
