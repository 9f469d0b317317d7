#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/server/request_head.hpp"
#include "http/server/response.hpp"

/// Pages of other origins that may call the API from a browser, by a key: cookies go to
/// pages of this server only.
namespace bankslip::http {

/// Reads "https://a.example,https://b.example:8443"; nothing where one is no origin.
std::optional<std::vector<std::string>> parse_origins(std::string_view list);
constexpr std::string_view origins_rule =
    "empty, or origins such as https://a.example:8443 with commas between them";

/// Adds to an answer what the browser of an allowed origin needs to hand it to the page. A
/// preflight, which came as far as a 405 with its `Allow`, becomes 204.
void add_cors(const std::vector<std::string>& origins, const request_head& request,
              response& answer);

} // namespace bankslip::http
