#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "domain/debt_fields.hpp"
#include "domain/government_id.hpp"
#include "domain/validation.hpp"
#include "http/api/answers.hpp"
#include "http/api/bodies.hpp"
#include "http/api/client_trace.hpp"
#include "http/api/dto.hpp"
#include "http/api/handlers.hpp"
#include "telemetry/log.hpp"
#include "json/writer.hpp"

namespace bankslip::http {

namespace {

using domain::debt_fields;

constexpr auto debt_names = [] {
  std::array<std::string_view, debt_fields.size()> names;
  std::ranges::transform(debt_fields, names.begin(), &domain::debt_field::name);
  return names;
}();
constexpr std::string_view no_debt = "Bankslip not found";
constexpr std::string_view revived = R"({"message":"Bankslip is on its way"})";
constexpr std::string_view decided = R"({"message":"Decision taken"})";

/// Whether a debt can have this id at all: others are not asked for.
bool may_exist(std::string_view debt_id) {
  const auto printable = [](char c) { return c >= 0x20 && c < 0x7f; };
  return !debt_id.empty() && debt_id.size() <= 128
         && std::all_of(debt_id.begin(), debt_id.end(), printable);
}

std::optional<field_fault> amount_fault(const json_field& field, const std::string& body) {
  if (field.is == json_field::kind::number || field.is == json_field::kind::text)
    return std::nullopt;
  if (field.is == json_field::kind::absent)
    return field_fault{"missing", {"body", "debt_amount"}, "Field required", body};
  return field_fault{"decimal_type",
                     {"body", "debt_amount"},
                     "Decimal input should be an integer, float, string or Decimal object",
                     field.json};
}

/// Everything that is wrong with the fields; none: `out` is the debt.
std::vector<field_fault> read_debt(const json_object& fields, const std::string& body,
                                   const domain::debt_rules& rules, domain::debt& out) {
  std::vector<field_fault> faults;
  std::array<bool, debt_fields.size()> refused{};
  domain::raw_debt raw;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    raw.*debt_fields[i].given = fields[i].text;
    auto fault = i == domain::amount_field ? amount_fault(fields[i], body)
                                           : text_fault(debt_names[i], fields[i], body);
    refused[i] = fault.has_value();
    if (fault)
      faults.push_back(std::move(*fault));
  }
  if (fields[domain::amount_field].is == json_field::kind::number)
    raw.form = domain::amount_form::json_number;
  for (auto& e : domain::validate(raw, out, rules)) {
    const auto at = domain::find_debt_field(e.field);
    if (at < refused.size() && refused[at])
      continue;
    faults.push_back(
        {e.code, {"body", e.field}, e.message, at < fields.size() ? fields[at].json : "null"});
  }
  return faults;
}

/// The stored debt; nothing when the request is answered already.
std::optional<domain::stored_debt> find_debt(exchange& x, const api_context& api) {
  if (!may_exist(x.params[0])) {
    answer_detail(x.response, 404, no_debt);
    return std::nullopt;
  }
  auto answer = api.front->ask<actors::debt_found>(api.finder, api.options.ask_timeout,
                                                   actors::find_debt{x.params[0]});
  if (!answer) {
    answer_error(x.response, answer.error(), no_debt);
    return std::nullopt;
  }
  return std::move(answer->stored);
}

/// The corrected address of a retry; nothing when the request is answered.
std::optional<actors::retry_debt> read_retry(exchange& x) {
  constexpr std::array<std::string_view, 1> names = {"email"};
  actors::retry_debt request{x.params[0], std::nullopt, client_trace(x.request)};
  if (!x.request.has_body())
    return request;
  std::string body;
  const auto fields = take_json(x, body, names);
  if (!fields)
    return std::nullopt;
  const auto& email = fields->front();
  if (email.is == json_field::kind::absent || email.is == json_field::kind::null)
    return request;
  std::vector<field_fault> faults;
  if (auto fault = text_fault("email", email, body))
    faults.push_back(std::move(*fault));
  else
    for (auto& e : domain::validate_email(email.text))
      faults.push_back({e.code, {"body", "email"}, e.message, email.json});
  if (!faults.empty()) {
    answer_faults(x.response, faults);
    return std::nullopt;
  }
  request.email = email.text;
  return request;
}

} // namespace

void post_debt(exchange& x, const api_context& api) {
  std::string body;
  const auto fields = take_json(x, body, debt_names);
  if (!fields)
    return;
  actors::create_debt request;
  request.trace = client_trace(x.request);
  const auto rules = domain::rules_of(api.options.policy);
  auto faults = read_debt(*fields, body, rules, request.content);
  if (!faults.empty())
    return answer_faults(x.response, faults);
  if (domain::is_suspect(request.content, rules))
    telemetry::log_warn("check digits of a governmentId are wrong",
                        {{"debt_id", request.content.debt_id},
                         {"government_id", telemetry::mask_document(request.content.government_id)},
                         {"reason", domain::government_id_problem(request.content.government_id)}});
  x.made = request.content.debt_id;
  const auto answer = api.front->ask<actors::debt_created>(std::move(request));
  if (!answer)
    return answer_error(x.response, answer.error(), no_debt);
  x.rows = answer->created ? 1 : 0;
  answer_json(x.response, 201, debt_json(answer->stored, api.options.beneficiary));
}

void get_debt(exchange& x, const api_context& api) {
  if (const auto found = find_debt(x, api))
    answer_json(x.response, 200, debt_json(*found, api.options.beneficiary));
}

void get_pdf(exchange& x, const api_context& api) {
  if (!api.options.render_pdf)
    return answer_detail(x.response, 404, "Not Found");
  const auto found = find_debt(x, api);
  if (!found)
    return;
  if (found->linha_digitavel.empty())
    return answer_detail(x.response, 409, "Bankslip has no slip yet");
  auto page = api.options.render_pdf(*found);
  if (!page)
    return answer_error(x.response, page.error(), no_debt);
  x.response.content_type = "application/pdf";
  x.response.body = std::move(*page);
}

void post_retry(exchange& x, const api_context& api) {
  auto request = read_retry(x);
  if (!request)
    return;
  if (!may_exist(request->debt_id))
    return answer_detail(x.response, 404, no_debt);
  const auto answer = api.front->ask<actors::debt_revived>(std::move(*request));
  if (!answer)
    return answer_error(x.response, answer.error(), no_debt);
  answer_json(x.response, 202, std::string{revived});
}

void post_resolve(exchange& x, const api_context& api) {
  using domain::person_decision;
  constexpr std::array<std::string_view, 2> outcomes = {"sent", "resend"};
  constexpr std::array decisions = {person_decision::sent, person_decision::resend};
  const auto chosen = take_choice(x, "outcome", outcomes);
  if (!chosen)
    return;
  if (!may_exist(x.params[0]))
    return answer_detail(x.response, 404, no_debt);
  const auto answer = api.front->ask<actors::debt_revived>(
      actors::resolve_debt{x.params[0], decisions[*chosen], client_trace(x.request)});
  if (!answer)
    return answer_error(x.response, answer.error(), no_debt);
  answer_json(x.response, 202, std::string{decided});
}

} // namespace bankslip::http
