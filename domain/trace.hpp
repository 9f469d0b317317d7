#pragma once

#include <string_view>

namespace bankslip::domain {

/// Header that carries a client's trace, in HTTP as in Kafka (W3C Trace Context).
/// Nobody makes one here: only what a client sent is handed on.
inline constexpr std::string_view traceparent = "traceparent";

/// Whether `text` is a value of that header that may be handed on: version 00,
/// "00-<32 hexadecimal digits>-<16>-<2>" in lower case, no id of zeros alone.
bool is_traceparent(std::string_view text) noexcept;

} // namespace bankslip::domain
