#include "services/impl/url.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include <curl/curl.h>

namespace bankslip::services {

namespace {

struct url_deleter {
  void operator()(CURLU* u) const noexcept { curl_url_cleanup(u); }
};

std::optional<std::string> part(CURLU* url, CURLUPart what, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, what, &text, flags) != CURLUE_OK)
    return std::nullopt;
  std::string copy{text};
  curl_free(text);
  return copy;
}

} // namespace

std::string service_url::base() const {
  auto shown =
      host.find(':') == std::string::npos || host.starts_with('[') ? host : "[" + host + "]";
  return scheme + "://" + shown + ":" + std::to_string(port) + path;
}

bool is_web_address(std::string_view text) {
  std::unique_ptr<CURLU, url_deleter> url{curl_url()};
  auto printable = [](char c) { return static_cast<unsigned char>(c) > ' ' && c != 0x7f; };
  std::string copy{text};
  if (!url || !std::all_of(text.begin(), text.end(), printable)
      || curl_url_set(url.get(), CURLUPART_URL, copy.c_str(), CURLU_NON_SUPPORT_SCHEME)
             != CURLUE_OK)
    return false;
  auto scheme = part(url.get(), CURLUPART_SCHEME);
  return scheme == "http" || scheme == "https";
}

std::optional<service_url> parse_service_url(std::string_view text) {
  std::unique_ptr<CURLU, url_deleter> url{curl_url()};
  std::string copy{text};
  if (!url || copy.find("://") == std::string::npos
      || curl_url_set(url.get(), CURLUPART_URL, copy.c_str(), CURLU_NON_SUPPORT_SCHEME)
             != CURLUE_OK)
    return std::nullopt;
  service_url out;
  out.scheme = part(url.get(), CURLUPART_SCHEME).value_or("");
  if (out.scheme != "http" && out.scheme != "https" && out.scheme != "smtp"
      && out.scheme != "smtps")
    return std::nullopt;
  if (part(url.get(), CURLUPART_QUERY) || part(url.get(), CURLUPART_FRAGMENT))
    return std::nullopt;
  out.host = part(url.get(), CURLUPART_HOST).value_or("");
  auto port = part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  out.port = port ? std::atoi(port->c_str()) : 0;
  out.user = part(url.get(), CURLUPART_USER, CURLU_URLDECODE).value_or("");
  out.password = part(url.get(), CURLUPART_PASSWORD, CURLU_URLDECODE).value_or("");
  out.path = part(url.get(), CURLUPART_PATH).value_or("");
  while (out.path.ends_with('/'))
    out.path.pop_back();
  if (out.host.empty() || out.port < 1 || out.port > 65535)
    return std::nullopt;
  return out;
}

} // namespace bankslip::services
