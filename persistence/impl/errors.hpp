#pragma once

#include <string_view>

#include "domain/error.hpp"

namespace bankslip::persistence {

/// SQLSTATE of `close_intent` (sql/0004) when the intent is gone.
constexpr std::string_view intent_lost_state = "BSI01";

/// Tells what an SQLSTATE means for the caller; `connected` tells whether the
/// connection still lives. Source: PostgreSQL manual, appendix A.
domain::errc code_for(std::string_view sqlstate, bool connected) noexcept;

/// Makes the error of a failed statement: "cannot `what`: `message` (SQLSTATE …)", and
/// where a setting helps, its name. Line ends become spaces.
caf::error database_error(std::string_view what, std::string_view sqlstate,
                          std::string_view message, bool connected);

} // namespace bankslip::persistence
