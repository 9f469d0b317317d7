#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include <caf/expected.hpp>

namespace bankslip::mocks {

/// The faults of a call to a mock server.
enum class fault : std::uint8_t {
  none,
  /// These refuse: which keys they hit depends on the seed and the key alone.
  status_400,
  status_404,
  status_422,
  /// Not done.
  status_401,
  status_408,
  status_409,
  status_429,
  status_503,
  /// Done or not done, by chance.
  status_500,
  status_502,
  status_504,
  /// The connection is reset instead of an answer; not done.
  reset,
  /// Done; only half of the answer's body comes.
  cut,
  /// Done; status 200 and no body.
  empty,
  /// Done; the body is no JSON.
  invalid_json,
  /// Done; fields are of other types than agreed.
  wrong_types,
  /// Done; a body of 10 MB.
  big_body,
  /// Done; the answer comes byte by byte.
  slow_drip,
  /// Done; the connection is reset instead of an answer.
  done_but_answer_lost,
};
constexpr std::size_t fault_count = 20;

std::string_view to_string(fault f) noexcept;

/// The status that a fault answers with; 0 for faults of other kinds.
int status_of(fault f) noexcept;

/// Settings of the faults, as PUT /faults takes them.
struct fault_settings {
  /// Chance of each fault, 0 to 1, by `fault`; together at most 1.
  std::array<double, fault_count> rates{};
  /// Latency of an answer: even between both, or exponential with this mean
  /// (then `latency_max` cuts it, when it is not 0).
  std::chrono::microseconds latency_min{0};
  std::chrono::microseconds latency_max{0};
  std::chrono::microseconds latency_mean{0};
  std::chrono::seconds retry_after{1};
  /// Calls that are taken in each second of the clock; the others get 429. 0 = all.
  std::uint64_t calls_per_second = 0;
  std::chrono::milliseconds drip{200};
  /// How long a key is remembered; 0 = for ever.
  std::chrono::seconds window{0};
  std::uint64_t seed = 1;
};

/// Chooses a fault and a latency for each call, counts what it chose. The same
/// seed and the same calls in the same order give the same choices. One thread.
class mock_faults {
public:
  explicit mock_faults(const fault_settings& settings);

  const fault_settings& settings() const noexcept { return settings_; }

  /// Takes a JSON object as described in docs/SERVICES.md; members that are
  /// absent keep their values, `rates` is replaced as a whole. Answers the
  /// milliseconds for which the listener is to be closed, usually 0.
  /// `invalid_input` names the member.
  caf::expected<std::chrono::milliseconds> change(std::string_view json);

  /// `known`: the key was done and is still remembered, so nothing refuses it but the rate.
  /// `now`: seconds of the clock.
  fault choose(std::string_view key, bool known, std::chrono::seconds now = {});
  std::chrono::microseconds latency();
  /// Whether a call that ends with status 500, 502 or 504 is done all the same.
  bool coin() { return (random_() & 1) != 0; }

  /// JSON of the settings and of how often each fault has happened.
  std::string render(std::uint64_t calls) const;

private:
  bool is_above_rate(std::chrono::seconds now);
  fault draw(std::string_view key, bool known);
  double chance() { return static_cast<double>(random_() >> 11) * 0x1.0p-53; }

  fault_settings settings_;
  std::mt19937_64 random_;
  std::array<std::uint64_t, fault_count> happened_{};
  std::uint64_t refused_connections_ = 0;
  std::chrono::seconds counted_{-1};
  std::uint64_t calls_ = 0;
};

} // namespace bankslip::mocks
