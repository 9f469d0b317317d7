#include "services/impl/slip_answer.hpp"

#include "domain/boleto/bar_code.hpp"
#include "domain/boleto/factor.hpp"
#include "domain/settlement/idempotency.hpp"
#include "json/json.hpp"

namespace bankslip::services {

namespace {

constexpr std::size_t max_detail_bytes = 2048;

/// What is wrong with the line for this debt; empty when nothing is.
std::string line_problem(const domain::boleto_reading& line, const domain::debt& d) {
  if (!line.valid())
    return line.errors.front();
  if (line.fields.amount != d.amount)
    return "it states another amount than the debt";
  auto factor = domain::due_factor(d.due_date);
  if (line.fields.factor != 0 && (!factor || line.fields.factor != *factor))
    return "it states another due date than the debt";
  return {};
}

} // namespace

std::string slip_key(std::string_view debt_id) {
  constexpr char hex[] = "0123456789abcdef";
  std::string key;
  key.reserve(64);
  for (auto byte : domain::sha256(std::string{"slip:"}.append(debt_id))) {
    key.push_back(hex[byte >> 4]);
    key.push_back(hex[byte & 15]);
  }
  return key;
}

void append_slip_request(std::string& out, const domain::debt& d) {
  out.push_back('{');
  json::append_json_field(out, "debt_id", d.debt_id);
  json::append_json_field(out, "name", d.name);
  json::append_json_field(out, "government_id", d.government_id);
  json::append_json_field(out, "email", d.email);
  out.append(",\"debt_amount\":");
  domain::append_json_number(out, d.amount);
  out.append(",\"debt_due_date\":\"");
  domain::append_date(out, d.due_date);
  out.append("\"}");
}

call_result read_slip_answer(std::string_view body, const domain::debt& d, domain::slip& out,
                             std::string& reason) {
  json::json_reader json{body};
  if (!json.valid()) {
    reason = "the answer is not a JSON object";
    return call_result::unclear;
  }
  auto line = json.text("linha_digitavel");
  if (!line) {
    reason = "the answer has no linha_digitavel";
    return call_result::unclear;
  }
  auto digits = domain::strip_line(*line);
  auto reading = domain::read_line(digits);
  if (auto problem = line_problem(reading, d); !problem.empty()) {
    reason = "the service's linha digitável is wrong: " + problem;
    return call_result::refused;
  }
  bool wrong = false;
  std::string details = "{";
  json::append_json_field(details, "barcode", reading.barcode);
  for (auto* name : {"nosso_numero", "pix", "pdf_url"}) {
    auto text = json.optional_text(name, wrong);
    wrong = wrong || text.size() > max_detail_bytes;
    if (!text.empty())
      json::append_json_field(details, name, text);
  }
  auto barcode = json.optional_text("barcode", wrong);
  if (wrong) {
    reason = "a field of the answer is no text or too long";
    return call_result::unclear;
  }
  if (!barcode.empty() && barcode != reading.barcode) {
    reason = "the service's bar code and linha digitável differ";
    return call_result::refused;
  }
  details.push_back('}');
  out.linha_digitavel = std::move(digits);
  out.details = std::move(details);
  return call_result::accepted;
}

} // namespace bankslip::services
