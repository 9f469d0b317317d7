#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bankslip::http {

/// Names a request in its answer and in log lines: takes the client's own name
/// where it is 1 to 128 letters, digits, '.', '_' or '-', and else makes one of 16
/// hexadecimal digits. Call it on any thread.
std::string request_id(std::optional<std::string_view> given);

} // namespace bankslip::http
