#include <cmath>
#include <optional>

#include "domain/error.hpp"
#include "mocks/impl/mock_faults.hpp"
#include "json/json.hpp"

namespace bankslip::mocks {

namespace {

using json::value;

caf::error bad(std::string_view member, std::string_view allowed) {
  return domain::make_error(domain::errc::invalid_input,
                            std::string{member} + " must be " + std::string{allowed});
}

/// A number from 0 to `most`.
std::optional<double> number(value v, double most) {
  const auto n = v.number();
  return n && *n >= 0 && *n <= most ? n : std::nullopt;
}

caf::error take_latency(value v, fault_settings& out) {
  constexpr double most_ms = 600'000;
  if (!v.is(json::kind::object))
    return bad("latency_ms", "an object with min, max and mean");
  std::chrono::microseconds min{0}, max{0}, mean{0};
  for (auto m : v) {
    auto name = m.name();
    auto ms = number(m, most_ms);
    auto* to = name == "min" ? &min : name == "max" ? &max : name == "mean" ? &mean : nullptr;
    if (!to || !ms)
      return bad("latency_ms." + std::string{name}, "one of min, max, mean: 0 to 600000");
    *to = std::chrono::microseconds{std::llround(*ms * 1000)};
  }
  if (mean.count() == 0 && max < min)
    max = min;
  out.latency_min = min;
  out.latency_max = max;
  out.latency_mean = mean;
  return {};
}

caf::error take_rates(value v, fault_settings& out) {
  if (!v.is(json::kind::object))
    return bad("rates", "an object of fault names and chances");
  std::array<double, fault_count> rates{};
  double sum = 0;
  for (auto m : v) {
    auto rate = number(m, 1);
    std::size_t i = 1;
    while (i < fault_count && to_string(static_cast<fault>(i)) != m.name())
      ++i;
    if (i == fault_count || !rate)
      return bad("rates." + std::string{m.name()}, "a known fault with a chance of 0 to 1");
    rates[i] = *rate;
    sum += *rate;
  }
  if (sum > 1 + 1e-9)
    return bad("rates", "together at most 1");
  out.rates = rates;
  return {};
}

template <class Duration>
caf::error take(value v, std::string_view name, Duration& out) {
  auto n = number(v, 1e9);
  if (!n)
    return bad(name, "a number from 0 to 1000000000");
  out = Duration{std::llround(*n)};
  return {};
}

} // namespace

caf::expected<std::chrono::milliseconds> mock_faults::change(std::string_view json) {
  json::json_reader reader{json};
  if (!reader.valid())
    return bad("the body", "a JSON object");
  auto next = settings_;
  std::chrono::milliseconds refuse{0};
  std::chrono::seconds seed{static_cast<std::int64_t>(settings_.seed)};
  std::chrono::seconds rate{static_cast<std::int64_t>(settings_.calls_per_second)};
  bool reseed = false;
  for (auto m : reader.root()) {
    auto name = m.name();
    caf::error e;
    if (name == "latency_ms")
      e = take_latency(m, next);
    else if (name == "rates")
      e = take_rates(m, next);
    else if (name == "retry_after_s")
      e = take(m, name, next.retry_after);
    else if (name == "calls_per_s")
      e = take(m, name, rate);
    else if (name == "drip_ms")
      e = take(m, name, next.drip);
    else if (name == "window_s")
      e = take(m, name, next.window);
    else if (name == "refuse_for_ms")
      e = take(m, name, refuse);
    else if (name == "seed")
      e = take(m, name, seed), reseed = true;
    else
      e = bad(name, "absent: known are latency_ms, rates, retry_after_s, calls_per_s, drip_ms, "
                    "window_s, refuse_for_ms, seed");
    if (e)
      return e;
  }
  if (reseed) {
    next.seed = static_cast<std::uint64_t>(seed.count());
    random_.seed(next.seed);
  }
  next.calls_per_second = static_cast<std::uint64_t>(rate.count());
  settings_ = next;
  refused_connections_ += refuse.count() > 0;
  return refuse;
}

} // namespace bankslip::mocks
