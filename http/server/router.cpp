#include "http/server/router.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "http/server/text.hpp"

namespace bankslip::http {

namespace {

std::string_view path_of(std::string_view target) {
  return target.substr(0, std::min(target.find_first_of("?#"), target.size()));
}

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    parts.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return parts;
}

bool is_param(std::string_view part) { return part.starts_with('{'); }

/// Decoded parts; nothing when an escape is malformed.
std::optional<std::vector<std::string>> decoded_parts(std::string_view target) {
  auto parts = split(path_of(target));
  for (auto& part : parts) {
    auto decoded = percent_decoded(part);
    if (!decoded)
      return std::nullopt;
    part = std::move(*decoded);
  }
  return parts;
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& parts) {
  return std::equal(pattern.begin(), pattern.end(), parts.begin(), parts.end(),
                    [](const auto& p, const auto& s) { return is_param(p) ? !s.empty() : p == s; });
}

void add_allowed(std::string& allowed, std::string_view method) {
  if (allowed.find(method) != std::string::npos)
    return;
  if (!allowed.empty())
    allowed += ", ";
  allowed += method;
  if (method == "GET")
    allowed += ", HEAD";
}

} // namespace

bool is_path_too_long(std::string_view target) {
  const auto path = path_of(target);
  const auto escapes = static_cast<std::size_t>(std::count(path.begin(), path.end(), '%'));
  return path.size() > max_path_bytes + 2 * escapes;
}

void router::add(std::string method, std::string pattern, handler serve) {
  auto parts = split(pattern);
  routes_.push_back({std::move(method), std::move(pattern), std::move(parts), std::move(serve)});
}

router::match router::find(std::string_view method, std::string_view target) const {
  match found;
  const auto parts = decoded_parts(target);
  if (!parts)
    return found;
  if (method == "HEAD")
    method = "GET";
  for (const auto& r : routes_) {
    if (!fits(r.parts, *parts))
      continue;
    add_allowed(found.allowed, r.method);
    if (found.serve)
      continue;
    found.pattern = r.pattern;
    if (r.method != method)
      continue;
    found.serve = &r.serve;
    for (std::size_t i = 0; i < parts->size(); ++i)
      if (is_param(r.parts[i]))
        found.params.push_back((*parts)[i]);
  }
  return found;
}

} // namespace bankslip::http
