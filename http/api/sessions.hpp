#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include <caf/expected.hpp>

#include "domain/access_store.hpp"
#include "http/api/front_client.hpp"

namespace bankslip::http {

/// Logins on the page, which stand in the database, so that they hold in every process and
/// outlive them. Thread-safe.
class sessions {
public:
  static constexpr std::chrono::hours lifetime{12};
  /// A login that was looked up is believed so long; one that ended in another process
  /// holds here up to then.
  static constexpr std::chrono::seconds memory{30};
  static constexpr std::size_t most_remembered = 1'000;

  explicit sessions(front_client front) : front_{std::move(front)} {}

  /// Begins a session for the key with that digest; answers the cookie's value.
  caf::expected<std::string> begin(const domain::sha256_digest& key);

  /// The digest of the key that the cookie stands for; `not_found` for one that has ended
  /// or never was. While the database is away, those looked up before still hold.
  caf::expected<domain::sha256_digest> find(std::string_view token);

  caf::error end(std::string_view token);

private:
  struct known {
    domain::sha256_digest key{};
    std::chrono::steady_clock::time_point looked_up{};
  };
  void remember(const domain::session& s);

  front_client front_;
  std::mutex mutex_;
  std::map<domain::sha256_digest, known> known_;
};

} // namespace bankslip::http
