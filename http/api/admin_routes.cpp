#include "domain/version.hpp"
#include "http/api/answers.hpp"
#include "http/api/handlers.hpp"
#include "telemetry/actor_board.hpp"
#include "telemetry/metrics.hpp"
#include "json/writer.hpp"

namespace bankslip::http {

void get_metrics(exchange& x, const api_context&) {
  x.response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  x.response.body = telemetry::render_metrics();
}

void get_actors(exchange& x, const api_context&) {
  answer_json(x.response, 200, telemetry::render_actors());
}

void get_health(exchange& x, const api_context&) {
  static const auto alive =
      R"({"status":"ok","version":)" + json::text_value(domain::version) + '}';
  answer_json(x.response, 200, alive);
}

void get_ready(exchange& x, const api_context& api) {
  const auto reasons = api.options.seen->unready_reasons();
  json::writer w;
  w.begin_object().key("status").text(reasons.empty() ? "ready" : "unavailable");
  if (!reasons.empty()) {
    w.key("reasons").begin_array();
    for (const auto& reason : reasons)
      w.text(reason);
    w.end_array();
  }
  if (const auto notes = api.options.seen->notes(); !notes.empty()) {
    w.key("details").begin_object();
    for (const auto& [what, text] : notes)
      w.key(what).text(text);
    w.end_object();
  }
  w.end_object();
  answer_json(x.response, reasons.empty() ? 200 : 503, w.take());
}

} // namespace bankslip::http
