#include "domain/boleto/bar_code.hpp"
#include "domain/boleto/builtin_slip.hpp"
#include "domain/boleto/factor.hpp"
#include "domain/boleto/pix.hpp"
#include "domain/debt_fields.hpp"
#include "mocks/impl/mock_endpoint.hpp"
#include "json/json.hpp"

namespace bankslip::mocks {

namespace {

// Tells the service's slips from built-in ones, whose wallet is another.
constexpr std::string_view service_wallet = "202";

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t h = 0xcbf29ce484222325;
  for (char c : text)
    h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return h;
}

/// The amount as it stands in the body: exact.
std::string amount_text(const json::json_reader& json, std::string_view body) {
  if (auto text = json.text("debt_amount"))
    return std::string{*text};
  json::json_reader exact{body, true};
  return std::string{exact.text("debt_amount").value_or("")};
}

std::string slip_answer(const domain::debt& d) {
  auto own = domain::make_builtin_slip(d);
  domain::boleto_fields fields{std::string{domain::builtin_bank},
                               domain::due_factor(d.due_date).value_or(0), d.amount,
                               std::string{service_wallet} + own.nosso_numero};
  auto barcode = domain::encode_barcode(fields);
  if (!barcode)
    return {};
  auto line = domain::line_of_barcode(*barcode);
  if (!line)
    return {};
  auto pix = domain::builtin_pix(d);
  std::string json = "{";
  json::append_json_field(json, "linha_digitavel", *line);
  json::append_json_field(json, "barcode", *barcode);
  json::append_json_field(json, "nosso_numero", own.nosso_numero);
  json::append_json_field(json, "pix", pix ? *pix : "");
  return json + ",\"pdf_url\":null}";
}

} // namespace

std::optional<mock_order> read_boleto_order(std::string_view body, std::string_view,
                                            std::string& problem) {
  json::json_reader json{body};
  if (!json.valid()) {
    problem = "the body is not a JSON object";
    return std::nullopt;
  }
  const auto amount = amount_text(json, body);
  domain::raw_debt raw;
  for (const auto& f : domain::debt_fields)
    raw.*f.given = is_amount(f) ? amount : json.text(f.name).value_or("");
  domain::debt d;
  auto errors = domain::validate(raw, d);
  if (!errors.empty()) {
    problem = errors.front().field + ": " + errors.front().message;
    return std::nullopt;
  }
  mock_order out{d.debt_id,
                 hash_of(d.debt_id + " " + amount + " " + domain::format_date(d.due_date)),
                 slip_answer(d)};
  if (out.answer.empty()) {
    problem = "this debt has no bar code";
    return std::nullopt;
  }
  return out;
}

std::optional<mock_order> read_email_order(std::string_view body, std::string_view key,
                                           std::string& problem) {
  json::json_reader json{body};
  if (!json.valid()) {
    problem = "the body is not a JSON object";
    return std::nullopt;
  }
  for (auto* name : {"to", "subject", "text", "debt_id"})
    if (json.text(name).value_or("").empty()) {
      problem = std::string{name} + ": is missing or no text";
      return std::nullopt;
    }
  auto to = *json.text("to");
  auto id = *json.text("debt_id");
  if (!domain::is_email(to) || id.size() > 128
      || id.find_first_of("\r\n") != std::string_view::npos) {
    problem = domain::is_email(to) ? "debt_id: not as agreed" : "to: is no address";
    return std::nullopt;
  }
  std::string answer = "{";
  json::append_json_field(answer, "id", key);
  return mock_order{std::string{id}, hash_of(std::string{id}.append(" ").append(to)), answer + "}"};
}

} // namespace bankslip::mocks
