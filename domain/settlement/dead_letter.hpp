#pragma once

#include <string_view>

#include "domain/outbox.hpp"
#include "domain/records.hpp"

namespace bankslip::domain {

/// Why a record is given up.
struct dead_letter_cause {
  /// One word for programs, `slip_refused`.
  std::string_view code;
  std::string_view text;
  /// The step that gave it up, `boleto`.
  std::string_view stage;
  int attempts = 1;
};

/// Makes the message for the dead-letter topic: the record's key, value and headers,
/// then the cause and where the record was. Parts that would make it larger than a
/// broker takes are cut, and headers tell their sizes.
outbox_entry make_dead_letter(const inbound_batch& batch, const inbound_record& record,
                              const dead_letter_cause& why);

} // namespace bankslip::domain
