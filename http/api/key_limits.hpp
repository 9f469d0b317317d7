#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

#include "domain/api_key.hpp"
#include "domain/time.hpp"

namespace bankslip::http {

/// Says how much of a limit is left, as RateLimit-* tells it.
struct allowance {
  bool allowed = true;
  std::int64_t limit = 0;
  std::int64_t remaining = 0;
  /// Until there is more.
  std::chrono::seconds reset{0};
};

/// Counts what one key has used up. Thread-safe.
class key_limits {
public:
  /// Takes a request's token out of the bucket, which holds one second's worth and is
  /// this process's own.
  allowance take_request(std::uint32_t a_second, std::chrono::steady_clock::time_point now);

  /// Rows that may still come in today, by the sum of all processes when it was last told
  /// and by what was counted here since.
  allowance rows_left(std::int64_t a_day, domain::utc_time now) const;
  /// The day's sum was told once.
  bool knows(domain::date day) const;

  /// Counts rows that came in on `day`.
  void add_rows(domain::date day, std::int64_t rows);
  /// Rows counted and not yet stored; from now on they are under way.
  std::int64_t take_unstored(domain::date day);
  /// Notes that what was under way is stored, and `sum` includes it.
  void stored(domain::date day, std::int64_t sum);
  /// Notes that what was under way must be stored again.
  void not_stored();

private:
  void turn_to(domain::date day);

  mutable std::mutex mutex_;
  double tokens_ = -1;
  std::chrono::steady_clock::time_point filled_{};

  domain::date day_{};
  bool told_ = false;
  std::int64_t sum_ = 0;
  std::int64_t unstored_ = 0;
  std::int64_t under_way_ = 0;
};

} // namespace bankslip::http
