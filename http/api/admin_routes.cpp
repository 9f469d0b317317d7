#include <memory>
#include <utility>

#include "http/api/answers.hpp"
#include "http/api/routes.hpp"
#include "telemetry/actor_board.hpp"
#include "telemetry/metrics.hpp"
#include "json/writer.hpp"

namespace bankslip::http {

namespace {

void get_metrics(exchange& x) {
  x.response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  x.response.body = telemetry::render_metrics();
}

void get_actors(exchange& x) { answer_json(x.response, 200, telemetry::render_actors()); }

void get_health(exchange& x) { answer_json(x.response, 200, R"({"status":"ok"})"); }

void get_ready(exchange& x, const domain::availability& seen) {
  const auto reasons = seen.unready_reasons();
  if (reasons.empty())
    return answer_json(x.response, 200, R"({"status":"ready"})");
  json::writer w;
  w.begin_object().key("status").text("unavailable").key("reasons").begin_array();
  for (const auto& reason : reasons)
    w.text(reason);
  w.end_array().end_object();
  answer_json(x.response, 503, w.take());
}

} // namespace

void add_admin_routes(router& r, std::shared_ptr<const domain::availability> seen) {
  r.add("GET", "/metrics", get_metrics);
  r.add("GET", "/actors", get_actors);
  r.add("GET", "/healthz", get_health);
  r.add("GET", "/readyz", [seen = std::move(seen)](exchange& x) { get_ready(x, *seen); });
}

} // namespace bankslip::http
