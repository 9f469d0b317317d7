#include "kafka/impl/json_encode.hpp"

#include "domain/money.hpp"
#include "domain/text/json_text.hpp"
#include "domain/time.hpp"

namespace bankslip::kafka::impl {

void append_message(const domain::debt& d, std::string& out) {
  out += R"({"name":")";
  domain::append_json_text(out, d.name);
  out += R"(","government_id":")";
  domain::append_json_text(out, d.government_id);
  out += R"(","email":")";
  domain::append_json_text(out, d.email);
  out += R"(","debt_amount":)";
  domain::append_json_number(out, d.amount);
  out += R"(,"debt_due_date":")";
  domain::append_date(out, d.due_date);
  out += R"(","debt_id":")";
  domain::append_json_text(out, d.debt_id);
  out += R"("})";
}

} // namespace bankslip::kafka::impl
