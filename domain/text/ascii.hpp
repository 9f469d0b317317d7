#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bankslip::domain {

/// One character of `text` at `pos`, which moves behind it; U+FFFD for a byte
/// that is not part of valid UTF-8. `pos` must be inside `text`.
char32_t next_character(std::string_view text, std::size_t& pos) noexcept;

/// `text` (UTF-8) in upper-case ASCII: Latin letters lose their accents, other
/// characters and controls become spaces, runs of spaces become one, none at
/// the ends; at most `max` characters.
std::string to_upper_ascii(std::string_view text, std::size_t max);

} // namespace bankslip::domain
