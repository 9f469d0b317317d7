#include "http/api/cors.hpp"

#include <algorithm>

#include "domain/text/parse.hpp"
#include "http/server/text.hpp"

namespace bankslip::http {

namespace {

constexpr std::string_view sendable =
    "Authorization, X-API-Key, Content-Type, Idempotency-Key, Last-Event-ID, X-Request-Id, "
    "traceparent";
constexpr std::string_view readable =
    "Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Idempotency-Replayed, "
    "WWW-Authenticate, X-Request-Id";

bool is_origin(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!text.starts_with(scheme))
      continue;
    text.remove_prefix(scheme.size());
    // Host names, addresses and ports, as browsers write them.
    return !text.empty() && std::ranges::all_of(text, [](char c) {
      return (is_alnum(c) && c == to_lower(c))
             || std::string_view{".-:[]"}.find(c) != std::string_view::npos;
    });
  }
  return false;
}

void answer_preflight(response& answer) {
  std::string methods;
  for (const auto& h : answer.headers)
    if (h.name == "Allow")
      methods = h.value;
  answer = {};
  answer.status = 204;
  answer.headers = {{"Access-Control-Allow-Methods", methods},
                    {"Access-Control-Allow-Headers", std::string{sendable}},
                    {"Access-Control-Max-Age", "600"}};
}

} // namespace

std::optional<std::vector<std::string>> parse_origins(std::string_view list) {
  std::vector<std::string> out;
  while (!list.empty()) {
    const auto origin = trimmed(domain::take_until(',', list));
    if (!is_origin(origin))
      return std::nullopt;
    out.emplace_back(origin);
  }
  return out;
}

void add_cors(const std::vector<std::string>& origins, const request_head& request,
              response& answer) {
  if (origins.empty())
    return;
  const auto origin = request.find_header("Origin").value_or("");
  const auto known = std::find(origins.begin(), origins.end(), origin) != origins.end();
  if (known && answer.status == 405 && request.method == "OPTIONS"
      && request.find_header("Access-Control-Request-Method"))
    answer_preflight(answer);
  if (known) {
    answer.headers.push_back({"Access-Control-Allow-Origin", std::string{origin}});
    answer.headers.push_back({"Access-Control-Expose-Headers", std::string{readable}});
  }
  // A cache keeps answers apart by who asked.
  answer.headers.push_back({"Vary", "Origin"});
}

} // namespace bankslip::http
