#include "mocks/impl/mock_endpoint.hpp"

#include <algorithm>

#include "domain/error.hpp"
#include "domain/time.hpp"
#include "json/json.hpp"

namespace bankslip::mocks {

namespace {

bool is_key(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.'
           || c == '_' || c == '-';
  });
}

void answer(reply_plan& plan, int status, std::string_view json) {
  plan.bytes = http_answer(status, json);
}

void answer_error(reply_plan& plan, int status, std::string_view text) {
  std::string json = "{";
  json::append_json_field(json, "error", text);
  answer(plan, status, json + "}");
}

/// Whether a call that meets this fault does what it asks for. `coin` decides
/// where both happen in the world.
bool is_done(fault f, bool coin) {
  switch (f) {
    case fault::none:
    case fault::cut:
    case fault::empty:
    case fault::invalid_json:
    case fault::wrong_types:
    case fault::big_body:
    case fault::slow_drip:
    case fault::done_but_answer_lost:
      return true;
    case fault::status_500:
    case fault::status_502:
    case fault::status_504:
      return coin;
    default:
      return false;
  }
}

} // namespace

mock_endpoint::mock_endpoint(std::string path, int success, order_reader read,
                             std::unique_ptr<mock_ledger> ledger, const fault_settings& settings)
    : path_{std::move(path)}, success_{success}, read_{std::move(read)}, ledger_{std::move(ledger)},
      faults_{settings} {}

void mock_endpoint::handle(const http_request& request, reply_plan& plan) {
  auto path = request.path.substr(0, request.path.find('?'));
  if (path == path_) {
    if (request.method == "POST")
      return take_call(request, plan);
    return answer_error(plan, 405, "only POST");
  }
  if (path == "/faults" && request.method == "PUT")
    return change_faults(request, plan);
  if (request.method != "GET")
    return answer_error(plan, 404, "no such path");
  if (path == "/faults")
    return answer(plan, 200, faults_.render(ledger_->sum().calls));
  if (path == "/healthz")
    return answer(plan, 200, "{\"status\":\"ok\"}");
  if (path == "/ledger" || path.starts_with("/ledger/"))
    return show_ledger(path.substr(7), plan);
  answer_error(plan, 404, "no such path");
}

bool mock_endpoint::is_known(const mock_ledger::entry* entry, std::int64_t now) const {
  if (!entry || entry->effective == 0)
    return false;
  auto window = std::chrono::microseconds{faults_.settings().window}.count();
  return window == 0 || now - entry->done_at < window;
}

void mock_endpoint::take_call(const http_request& request, reply_plan& plan) {
  auto key = request.idempotency_key;
  if (!is_key(key))
    return answer_error(plan, 400, "Idempotency-Key must be 1 to 128 of [A-Za-z0-9._-]");
  plan.delay = faults_.latency();
  auto now = domain::system_clock().utc_now().time_since_epoch().count();
  std::string problem;
  auto order = read_(request.body, key, problem);
  if (!order) {
    ledger_->record({key, "-", "invalid", 0, false, now});
    return answer_error(plan, 422, problem);
  }
  auto* entry = ledger_->find(key);
  bool known = is_known(entry, now);
  if (known && entry->content != order->content) {
    ledger_->record({key, order->debt_id, "other_content", 0, false, now});
    return answer_error(plan, 422, "the key was used with other content");
  }
  auto f = faults_.choose(key, known, std::chrono::seconds{now / 1'000'000});
  bool does = is_done(f, faults_.coin()) && !known;
  auto outcome = f != fault::none ? to_string(f) : std::string_view{known ? "replayed" : "done"};
  ledger_->record({key, order->debt_id, outcome, order->content, does, now});
  play(f, *order, known, plan);
}

void mock_endpoint::play(fault f, const mock_order& order, bool replayed, reply_plan& plan) {
  auto status = replayed ? 200 : success_;
  if (status_of(f) != 0)
    return refuse(f, plan);
  switch (f) {
    case fault::reset:
    case fault::done_but_answer_lost:
      plan.after = reply_plan::ending::reset;
      return;
    case fault::cut:
      answer(plan, status, order.answer);
      plan.bytes.resize(plan.bytes.size() - order.answer.size() / 2);
      plan.after = reply_plan::ending::close;
      return;
    case fault::empty:
      return answer(plan, status, {});
    case fault::invalid_json:
      return answer(plan, status, order.answer.substr(0, order.answer.size() - 1) + ",,\"\\x");
    case fault::wrong_types:
      return answer(plan, status, "{\"id\":[7],\"linha_digitavel\":47,\"pix\":[],\"barcode\":{}}");
    case fault::slow_drip:
      plan.drip = faults_.settings().drip;
      return answer(plan, status, order.answer);
    case fault::big_body: {
      constexpr std::size_t total = 10 * 1024 * 1024;
      plan.bytes = "HTTP/1.1 " + std::to_string(status)
                   + " OK\r\nContent-Type: application/json\r\nContent-Length: "
                   + std::to_string(total) + "\r\n\r\n";
      plan.producer = [left = total](std::string& more) mutable {
        auto size = std::min<std::size_t>(left, 64 * 1024);
        more.assign(size, ' ');
        left -= size;
        return size > 0;
      };
      return;
    }
    default:
      answer(plan, status, order.answer);
  }
}

void mock_endpoint::refuse(fault f, reply_plan& plan) {
  std::string json = "{";
  json::append_json_field(json, "error", std::string{"injected "}.append(to_string(f)));
  std::string extra;
  if (f == fault::status_429 || f == fault::status_503)
    extra = "Retry-After: " + std::to_string(faults_.settings().retry_after.count()) + "\r\n";
  plan.bytes = http_answer(status_of(f), json + "}", extra);
}

void mock_endpoint::change_faults(const http_request& request, reply_plan& plan) {
  auto refuse = faults_.change(request.body);
  if (!refuse)
    return answer_error(plan, 422, domain::text_of(refuse.error()));
  answer(plan, 200, faults_.render(ledger_->sum().calls));
  if (refuse->count() > 0 && refuse_for)
    refuse_for(*refuse);
}

} // namespace bankslip::mocks
