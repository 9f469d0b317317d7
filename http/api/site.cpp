#include "http/api/site.hpp"

#include <algorithm>
#include <string>

#include "domain/text/parse.hpp"
#include "http/server/text.hpp"
#include "site_files.hpp"

namespace bankslip::http {

namespace {

/// Calls `matches` with each entry of a list separated by commas until it answers true.
template <class F>
bool any_entry(std::string_view list, F matches) {
  while (!list.empty())
    if (matches(trimmed(domain::take_until(',', list))))
      return true;
  return false;
}

/// Whether an Accept-Encoding allows gzip (RFC 9110, section 12.5.3).
bool takes_gzip(std::string_view accepted) {
  return any_entry(accepted, [](std::string_view entry) {
    const auto weight = header_parameter(entry, "q").value_or("1");
    return same_text(trimmed(entry.substr(0, entry.find(';'))), "gzip")
           && weight.find_first_not_of("0.") != std::string::npos;
  });
}

/// Whether an If-None-Match names the tag; the comparison is the weak one.
bool names_tag(std::string_view list, std::string_view tag) {
  return any_entry(list, [&](std::string_view entry) {
    if (entry.starts_with("W/"))
      entry.remove_prefix(2);
    return entry == "*" || entry == tag;
  });
}

std::string path_of(std::string_view name) {
  constexpr std::string_view index = "index.html";
  if (name == index)
    return "/";
  if (name.ends_with(index) && name[name.size() - index.size() - 1] == '/')
    name.remove_suffix(index.size() + 1);
  return '/' + std::string{name};
}

} // namespace

void answer_file(exchange& x, const embedded_file& file) {
  const auto packed =
      !file.gzip.empty() && takes_gzip(x.request.find_header("Accept-Encoding").value_or(""));
  const auto tag = '"' + std::string{file.digest} + (packed ? "-gzip\"" : "\"");
  auto& res = x.response;
  res.headers = {{"ETag", tag}, {"Cache-Control", "no-cache"}, {"Vary", "Accept-Encoding"}};
  if (names_tag(x.request.find_header("If-None-Match").value_or(""), tag)) {
    res.status = 304;
    return;
  }
  if (packed)
    res.headers.push_back({"Content-Encoding", "gzip"});
  res.content_type = file.content_type;
  res.body = packed ? file.gzip : file.bytes;
}

void add_site(router& r) {
  // Where clients of FastAPI look too.
  r.add("GET", "/redoc", [](exchange& x) {
    x.response.status = 307;
    x.response.headers.push_back({"Location", "docs"});
  });
  for (const auto& file : site_files())
    r.add("GET", path_of(file.name), [&file](exchange& x) { answer_file(x, file); });
}

} // namespace bankslip::http
