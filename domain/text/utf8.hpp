#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace bankslip::domain {

/// Code points of `text`; nothing when it holds NUL or is not valid UTF-8.
std::optional<std::size_t> count_characters(std::string_view text) noexcept;

} // namespace bankslip::domain
