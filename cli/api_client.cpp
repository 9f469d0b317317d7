#include "cli/api_client.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <utility>

#include <curl/curl.h>

namespace bankslip::cli {

namespace {

constexpr std::chrono::milliseconds connect_timeout{10'000};
constexpr std::chrono::milliseconds get_timeout{10'000};
constexpr long upload_buffer_bytes = 256 * 1024;
/// Three heartbeats of the server.
constexpr std::chrono::seconds longest_silence{45};

using header_list = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

void add(header_list& headers, const std::string& line) {
  headers.reset(curl_slist_append(headers.release(), line.c_str()));
}

/// A part of a parsed URL; empty when it has none.
std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK)
    return {};
  const std::unique_ptr<char, void (*)(void*)> owned{text, curl_free};
  return text;
}

} // namespace

std::optional<std::string> server_url(const std::string& url) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed{curl_url(), curl_url_cleanup};
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_GUESS_SCHEME) != CURLUE_OK)
    return std::nullopt;
  const auto scheme = part_of(parsed.get(), CURLUPART_SCHEME);
  if ((scheme != "http" && scheme != "https") || part_of(parsed.get(), CURLUPART_PATH) != "/"
      || !part_of(parsed.get(), CURLUPART_QUERY).empty()
      || !part_of(parsed.get(), CURLUPART_FRAGMENT).empty())
    return std::nullopt;
  auto whole = part_of(parsed.get(), CURLUPART_URL);
  if (whole.ends_with('/'))
    whole.pop_back();
  return whole;
}

std::string shown_url(std::string_view url) {
  // Whatever stands before the last '@', so that no odd form of URL shows a secret.
  const auto at = url.rfind('@');
  if (at == std::string_view::npos)
    return std::string{url};
  const auto scheme = url.find("://");
  const auto kept = scheme < at ? scheme + 3 : 0;
  return std::string{url.substr(0, kept)}.append(url.substr(at + 1));
}

/// One call under way.
struct api_client::call {
  CURL* handle = nullptr;
  std::string body;
  header_list headers{nullptr, curl_slist_free_all};
  std::function<bool(std::string_view)> take;
  bool enough = false;
  std::chrono::steady_clock::time_point heard = std::chrono::steady_clock::now();
  std::ifstream file;
  std::uint64_t left = 0;
  bool file_failed = false;
  std::function<bool(std::uint64_t)> go_on;

  static std::size_t on_body(char* bytes, std::size_t, std::size_t n, void* self) {
    auto& c = *static_cast<call*>(self);
    long status = 0;
    curl_easy_getinfo(c.handle, CURLINFO_RESPONSE_CODE, &status);
    if (!c.take || status != 200) {
      c.body.append(bytes, n);
      return n;
    }
    c.heard = std::chrono::steady_clock::now();
    c.enough = c.enough || !c.take({bytes, n});
    return c.enough ? 0 : n;
  }
  static std::size_t on_read(char* into, std::size_t, std::size_t n, void* self) {
    auto& c = *static_cast<call*>(self);
    const auto wanted = std::min<std::uint64_t>(n, c.left);
    c.left -= wanted;
    if (wanted == 0 || c.file.read(into, static_cast<std::streamsize>(wanted)))
      return wanted;
    c.file_failed = true;
    return CURL_READFUNC_ABORT;
  }
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t sent) {
    auto& c = *static_cast<call*>(self);
    c.enough = c.enough || (c.take && !c.take({}));
    // libcurl's own limit is bytes a second, and a heartbeat is less than one.
    const auto silent = std::chrono::steady_clock::now() - c.heard > longest_silence;
    if (c.enough || (c.take && silent))
      return 1;
    return c.go_on && !c.go_on(static_cast<std::uint64_t>(sent)) ? 1 : 0;
  }
};

api_client::api_client(std::string url, std::string key)
    : url_{std::move(url)}, key_{std::move(key)}, curl_{curl_easy_init(), curl_easy_cleanup} {}

api_client::~api_client() = default;

api_answer api_client::perform(call& c, const std::string& path) {
  auto* h = curl_.get();
  const auto target = url_ + path;
  char why[CURL_ERROR_SIZE] = "";
  c.handle = h;
  if (!key_.empty())
    add(c.headers, "Authorization: Bearer " + key_);
  curl_easy_setopt(h, CURLOPT_HTTPHEADER, c.headers.get());
  curl_easy_setopt(h, CURLOPT_URL, target.c_str());
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(h, CURLOPT_PROXY, "");
  curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(h, CURLOPT_ERRORBUFFER, why);
  curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect_timeout.count()));
  curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, &call::on_body);
  curl_easy_setopt(h, CURLOPT_WRITEDATA, &c);
  curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, &call::on_progress);
  curl_easy_setopt(h, CURLOPT_XFERINFODATA, &c);
  const auto result = curl_easy_perform(h);
  long status = 0;
  curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_reset(h);
  if (result == CURLE_OK || c.enough)
    return {static_cast<int>(status), std::move(c.body)};
  if (c.file_failed)
    return {0, "the file could not be read to its end"};
  if (result == CURLE_COULDNT_CONNECT || result == CURLE_COULDNT_RESOLVE_HOST)
    return {0, "cannot connect to " + shown_url(url_)};
  return {0, "the connection to " + shown_url(url_)
                 + " broke: " + (*why ? why : curl_easy_strerror(result))};
}

api_answer api_client::get(const std::string& path) {
  call c;
  curl_easy_setopt(curl_.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(get_timeout.count()));
  return perform(c, path);
}

api_answer api_client::follow(const std::string& path, const std::string& last_event_id,
                              std::function<bool(std::string_view)> take) {
  call c;
  c.take = std::move(take);
  if (!last_event_id.empty())
    add(c.headers, "Last-Event-ID: " + last_event_id);
  return perform(c, path);
}

api_answer api_client::post_file(const std::string& path, const std::string& file,
                                 std::function<bool(std::uint64_t)> go_on) {
  call c;
  std::error_code problem;
  c.left = std::filesystem::file_size(file, problem);
  c.file.open(file, std::ios::binary);
  if (problem || !c.file)
    return {0, "the file could not be read to its end"};
  c.go_on = std::move(go_on);
  const std::unique_ptr<curl_mime, void (*)(curl_mime*)> form{curl_mime_init(curl_.get()),
                                                              curl_mime_free};
  auto* part = curl_mime_addpart(form.get());
  curl_mime_name(part, "file");
  curl_mime_filename(part, std::filesystem::path{file}.filename().c_str());
  curl_mime_type(part, "text/csv");
  curl_mime_data_cb(part, static_cast<curl_off_t>(c.left), &call::on_read, nullptr, nullptr, &c);
  curl_easy_setopt(curl_.get(), CURLOPT_MIMEPOST, form.get());
  curl_easy_setopt(curl_.get(), CURLOPT_UPLOAD_BUFFERSIZE, upload_buffer_bytes);
  return perform(c, path);
}

} // namespace bankslip::cli
