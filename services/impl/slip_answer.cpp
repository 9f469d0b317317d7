#include "services/impl/slip_answer.hpp"

#include "domain/boleto/bar_code.hpp"
#include "domain/boleto/factor.hpp"
#include "domain/boleto/pix.hpp"
#include "domain/crypto.hpp"
#include "domain/text/hex.hpp"
#include "services/impl/url.hpp"
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

/// The same for its Pix code, if there is one.
std::string pix_problem(std::string_view code, const domain::debt& d) {
  if (code.empty())
    return {};
  auto pix = domain::read_pix(code);
  if (!pix.valid())
    return pix.errors.front();
  return pix.amount && *pix.amount != d.amount ? "it states another amount than the debt"
                                               : std::string{};
}

} // namespace

std::string slip_key(std::string_view debt_id) {
  return domain::to_hex(domain::sha256(std::string{"slip:"}.append(debt_id)));
}

call_result read_slip_answer(std::string_view body, const domain::debt& d, domain::slip& out,
                             std::string& reason) {
  // A number where text is meant is its digits.
  json::json_reader json{body, true};
  if (!json.valid()) {
    reason = "the answer is not a JSON object";
    return call_result::unclear;
  }
  auto line = json.text("linha_digitavel");
  if (!line) {
    reason = "the answer has no linha_digitavel";
    return call_result::unclear;
  }
  bool wrong = false;
  auto field = [&](const char* name) {
    auto text = json.optional_text(name, wrong);
    wrong = wrong || text.size() > max_detail_bytes;
    return text;
  };
  auto nosso_numero = field("nosso_numero");
  auto pix = field("pix");
  auto pdf_url = field("pdf_url");
  auto barcode = field("barcode");
  if (wrong) {
    reason = "a field of the answer is neither text nor number or too long";
    return call_result::unclear;
  }
  auto digits = domain::strip_line(*line);
  auto reading = domain::read_line(digits);
  if (auto problem = line_problem(reading, d); !problem.empty())
    reason = "the service's linha digitável is wrong: " + problem;
  else if (!barcode.empty() && barcode != reading.barcode)
    reason = "the service's bar code and linha digitável differ";
  else if (problem = pix_problem(pix, d); !problem.empty())
    reason = "the service's Pix code is wrong: " + problem;
  else if (!pdf_url.empty() && !is_web_address(pdf_url))
    reason = "the service's pdf_url is no http or https address";
  if (!reason.empty())
    return call_result::refused;
  std::string details = "{";
  json::append_json_field(details, "barcode", reading.barcode);
  for (auto [name, text] : {std::pair{"nosso_numero", nosso_numero}, std::pair{"pix", pix},
                            std::pair{"pdf_url", pdf_url}})
    if (!text.empty())
      json::append_json_field(details, name, text);
  details.push_back('}');
  out.linha_digitavel = std::move(digits);
  out.details = std::move(details);
  return call_result::accepted;
}

} // namespace bankslip::services
