#include "mocks/impl/mock_faults.hpp"

#include <cmath>
#include <cstdio>

namespace bankslip::mocks {

namespace {

constexpr std::array<std::string_view, fault_count> names{
    "none",         "status_400",  "status_404", "status_422", "status_401",
    "status_408",   "status_409",  "status_429", "status_503", "status_500",
    "status_502",   "status_504",  "reset",      "cut",        "empty",
    "invalid_json", "wrong_types", "big_body",   "slow_drip",  "done_but_answer_lost"};

constexpr auto last_refusal = static_cast<std::size_t>(fault::status_422);

/// Even between 0 and 1, from the seed and the key alone (FNV-1a, then the
/// finalizer of splitmix64).
double hash_chance(std::uint64_t seed, std::string_view key) {
  std::uint64_t h = 0xcbf29ce484222325 ^ seed;
  for (char c : key)
    h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9;
  h = (h ^ (h >> 27)) * 0x94d049bb133111eb;
  h ^= h >> 31;
  return static_cast<double>(h >> 11) * 0x1.0p-53;
}

void append_member(std::string& out, std::string_view name, const std::string& number) {
  if (out.back() != '{')
    out.push_back(',');
  out.append("\"").append(name).append("\":").append(number);
}

std::string milliseconds_text(std::chrono::microseconds span) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", static_cast<double>(span.count()) / 1000);
  return text;
}

} // namespace

std::string_view to_string(fault f) noexcept { return names[static_cast<std::size_t>(f)]; }

int status_of(fault f) noexcept {
  auto name = to_string(f);
  if (!name.starts_with("status_"))
    return 0;
  return (name[7] - '0') * 100 + (name[8] - '0') * 10 + (name[9] - '0');
}

mock_faults::mock_faults(const fault_settings& settings)
    : settings_{settings}, random_{settings.seed} {}

bool mock_faults::is_above_rate(std::chrono::seconds now) {
  if (now != counted_)
    calls_ = 0;
  counted_ = now;
  return settings_.calls_per_second > 0 && ++calls_ > settings_.calls_per_second;
}

fault mock_faults::choose(std::string_view key, bool known, std::chrono::seconds now) {
  auto chosen = is_above_rate(now) ? fault::status_429 : draw(key, known);
  ++happened_[static_cast<std::size_t>(chosen)];
  return chosen;
}

fault mock_faults::draw(std::string_view key, bool known) {
  auto& rates = settings_.rates;
  double refusing = 0;
  for (std::size_t i = 1; i <= last_refusal; ++i)
    refusing += rates[i];
  auto chosen = fault::none;
  if (auto at = hash_chance(settings_.seed, key); !known && at < refusing) {
    std::size_t i = 1;
    for (; i < last_refusal && at >= rates[i]; ++i)
      at -= rates[i];
    chosen = static_cast<fault>(i);
  } else {
    // The rest of the chances, given that nothing refused.
    auto random = chance() * (1 - refusing);
    for (std::size_t i = last_refusal + 1; i < fault_count && chosen == fault::none; ++i) {
      if (random < rates[i])
        chosen = static_cast<fault>(i);
      random -= rates[i];
    }
  }
  return chosen;
}

std::chrono::microseconds mock_faults::latency() {
  auto& s = settings_;
  if (s.latency_mean.count() > 0) {
    auto drawn = s.latency_min.count()
                 + static_cast<std::int64_t>(-std::log(1 - chance())
                                             * static_cast<double>(s.latency_mean.count()));
    if (s.latency_max.count() > 0)
      drawn = std::min<std::int64_t>(drawn, s.latency_max.count());
    return std::chrono::microseconds{drawn};
  }
  auto span = static_cast<double>((s.latency_max - s.latency_min).count());
  if (span <= 0)
    return s.latency_min;
  return s.latency_min + std::chrono::microseconds{static_cast<std::int64_t>(chance() * span)};
}

std::string mock_faults::render(std::uint64_t calls) const {
  auto& s = settings_;
  std::string latency = "{";
  append_member(latency, "min", milliseconds_text(s.latency_min));
  append_member(latency, "max", milliseconds_text(s.latency_max));
  append_member(latency, "mean", milliseconds_text(s.latency_mean));
  std::string rates = "{";
  std::string happened = "{";
  for (std::size_t i = 1; i < fault_count; ++i) {
    char rate[32];
    std::snprintf(rate, sizeof rate, "%g", s.rates[i]);
    append_member(rates, names[i], rate);
    append_member(happened, names[i], std::to_string(happened_[i]));
  }
  append_member(happened, "refused_connections", std::to_string(refused_connections_));
  std::string out = "{";
  append_member(out, "latency_ms", latency + "}");
  append_member(out, "rates", rates + "}");
  append_member(out, "retry_after_s", std::to_string(s.retry_after.count()));
  append_member(out, "calls_per_s", std::to_string(s.calls_per_second));
  append_member(out, "drip_ms", std::to_string(s.drip.count()));
  append_member(out, "window_s", std::to_string(s.window.count()));
  append_member(out, "seed", std::to_string(s.seed));
  append_member(out, "calls", std::to_string(calls));
  append_member(out, "happened", happened + "}");
  return out + "}";
}

} // namespace bankslip::mocks
