#include "mocks/impl/mock_endpoint.hpp"
#include "json/json.hpp"

namespace bankslip::mocks {

namespace {

void append_count(std::string& out, std::string_view name, std::uint64_t n) {
  if (out.back() != '{')
    out.push_back(',');
  out.append("\"").append(name).append("\":").append(std::to_string(n));
}

} // namespace

void mock_endpoint::show_ledger(std::string_view rest, reply_plan& plan) {
  if (rest.empty())
    return stream_ledger(plan);
  std::string json = "{";
  if (rest == "/summary") {
    auto s = ledger_->sum();
    append_count(json, "calls", s.calls);
    append_count(json, "keys", s.keys);
    append_count(json, "effective", s.effective);
    append_count(json, "done_keys", s.done_keys);
    append_count(json, "duplicates", s.repeated_keys);
    append_count(json, "done_debts", s.done_debts);
    append_count(json, "repeated_debts", s.repeated_debts);
  } else {
    auto key = rest.substr(1);
    auto* entry = ledger_->find(key);
    if (!entry) {
      plan.bytes = http_answer(404, "{\"error\":\"no call had this key\"}");
      return;
    }
    json::append_json_field(json, "key", key);
    json::append_json_field(json, "debt_id", ledger_->debt_of(key));
    append_count(json, "calls", entry->calls);
    append_count(json, "effective", entry->effective);
  }
  plan.bytes = http_answer(200, json + "}");
}

void mock_endpoint::stream_ledger(reply_plan& plan) {
  plan.bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/csv; charset=utf-8\r\n"
               "Connection: close\r\n\r\nkey,debt_id,calls,effective\n";
  plan.after = reply_plan::ending::close;
  // Rows that come while it is read are left out; none is ever removed.
  plan.producer = [this, next = std::size_t{0}, end = ledger_->size()](std::string& more) mutable {
    for (std::size_t n = 0; n < 500 && next < end; ++n)
      ledger_->append_csv(next++, more);
    return !more.empty();
  };
}

} // namespace bankslip::mocks
