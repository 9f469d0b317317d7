#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "domain/records.hpp"

namespace bankslip::domain {

enum class outbox_kind : std::uint8_t {
  /// Publish the stored row again (header `stored: 1`).
  process,
  /// Publish `value` on the dead-letter topic.
  dead_letter,
};

/// A record that must be published because of what a transaction wrote.
struct outbox_entry {
  std::int64_t id = 0;
  outbox_kind kind = outbox_kind::process;
  std::string key;
  /// The message as it was (dead letters); empty for `process`.
  std::string value;
  std::vector<record_header> headers;
  /// Not to be published earlier than this from now.
  std::chrono::milliseconds delay{0};
  /// The message (dead letters) had no key, no value: not even an empty one.
  bool null_key = false;
  bool null_value = false;
  /// How long it has been due when it is claimed.
  std::chrono::milliseconds waited{0};
};

} // namespace bankslip::domain
