#include "telemetry/impl/families.hpp"

#include <string>
#include <utility>

#include "domain/availability.hpp"
#include "domain/service_ports.hpp"
#include "domain/version.hpp"

namespace bankslip::telemetry {

labelled<Counter> counters(prometheus::Registry& registry, const char* name, const char* help,
                           const char* label, const label_values& values) {
  auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  return {[&family](const auto& labels) -> Counter& { return family.Add(labels); }, label, values};
}

labelled<Gauge> gauges(prometheus::Registry& registry, const char* name, const char* help,
                       const char* label, const label_values& values) {
  auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(registry);
  return {[&family](const auto& labels) -> Gauge& { return family.Add(labels); }, label, values};
}

labelled<Histogram> histograms(prometheus::Registry& registry, const char* name, const char* help,
                               Histogram::BucketBoundaries bounds, const char* label,
                               const label_values& values) {
  auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
  return {[&family, bounds = std::move(bounds)](const auto& labels) -> Histogram& {
            return family.Add(labels, bounds);
          },
          label, values};
}

Counter& counter(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
}

Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

metric_families::metric_families() {
  for (std::size_t i = 0; i < domain::dependency_kinds; ++i)
    away.with(domain::to_string(static_cast<domain::dependency_kind>(i)));
  for (const auto* service : {"boleto", "email"}) {
    for (std::size_t i = 0; i < domain::call_results; ++i)
      service_call(service, to_string(static_cast<domain::call_result>(i)));
    service_call(service, "retried");
  }
  http_request("/readyz", "GET", "200");
  prometheus::BuildGauge()
      .Name("bankslip_build_info")
      .Help("1; its label is the program's version.")
      .Register(registry)
      .Add({{"version", std::string{domain::version}}})
      .Set(1);
}

Counter& metric_families::service_call(std::string_view service, std::string_view outcome) {
  std::string key;
  key.append(service).append(1, ' ').append(outcome);
  return service_calls.get(key, [&] {
    return prometheus::Labels{{"service", std::string{service}}, {"outcome", std::string{outcome}}};
  });
}

Counter& metric_families::http_request(std::string_view route, std::string_view method,
                                       std::string_view status) {
  std::string key;
  key.append(route).append(1, ' ').append(method).append(1, ' ').append(status);
  return http_requests.get(key, [&] {
    return prometheus::Labels{{"route", std::string{route}},
                              {"method", std::string{method}},
                              {"status", std::string{status}}};
  });
}

metric_families& families() {
  static auto& instance = *new metric_families;
  return instance;
}

} // namespace bankslip::telemetry
