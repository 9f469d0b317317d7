#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace bankslip::domain {

/// The key that a client gives to a request which it may have to send again.
struct idempotency_name {
  /// Owner of the key: clients do not see one another's. Empty without API keys.
  std::string client;
  std::string key;

  friend auto operator<=>(const idempotency_name&, const idempotency_name&) = default;
};

/// The first answer to a request, kept for those that repeat it.
struct kept_answer {
  /// SHA-256 of the request, 32 bytes.
  std::string request_digest;
  int status = 0;
  std::string content_type;
  std::string body;

  friend bool operator==(const kept_answer&, const kept_answer&) = default;
};

/// Says what a key stands for at this moment.
struct key_claim {
  enum class holder : std::uint8_t {
    /// The caller: it serves the request, and settles the key then.
    caller,
    /// Another request, which is still running.
    another,
    /// Nobody: the request was answered.
    answered,
  };
  holder held_by = holder::caller;
  /// How long `another` may still take before its process counts as dead.
  std::chrono::milliseconds lease_left{0};
  /// The answer, where the request was answered.
  kept_answer answer;
};

/// How long an answer is kept.
constexpr std::chrono::hours answers_kept{24};

} // namespace bankslip::domain
