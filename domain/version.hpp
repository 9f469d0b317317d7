#pragma once

#include <string_view>

namespace bankslip::domain {

/// The program's version as in CMakeLists.txt: "0.1.0".
extern const std::string_view version;

} // namespace bankslip::domain
