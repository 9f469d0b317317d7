#pragma once

#include <string>

#include "domain/trace.hpp"
#include "http/server/request_head.hpp"

namespace bankslip::http {

/// The `traceparent` that the client sent; empty where it sent none or a malformed one.
inline std::string client_trace(const request_head& request) {
  const auto given = request.find_header(domain::traceparent).value_or("");
  return domain::is_traceparent(given) ? std::string{given} : std::string{};
}

} // namespace bankslip::http
