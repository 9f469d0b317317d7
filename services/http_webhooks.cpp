#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <sys/socket.h>

#include "domain/text/controls.hpp"
#include "domain/text/utf8.hpp"
#include "services/impl/call_pump.hpp"
#include "services/impl/options_check.hpp"
#include "services/impl/private_address.hpp"
#include "services/impl/webhook_body.hpp"
#include "services/impl/webhook_signature.hpp"
#include "services/services.hpp"

namespace bankslip::services {

namespace {

using std::chrono::milliseconds;

class http_webhooks final : public domain::webhook_caller {
public:
  explicit http_webhooks(const webhook_options& options)
      : options_{options}, signer_{webhook_signer::read(options.secret).value()},
        multi_{make_multi()}, slots_(static_cast<std::size_t>(options.parallel_calls)) {
    for (auto& s : slots_) {
      set_up(s);
      free_.push_back(&s);
    }
  }

  ~http_webhooks() override {
    for (auto& s : slots_)
      curl_multi_remove_handle(multi_.get(), s.handle.get());
  }

  std::size_t places() const override { return free_.size(); }
  std::size_t in_flight() const override { return slots_.size() - free_.size(); }
  void start(const domain::webhook_event& event, milliseconds longest) override;
  std::vector<domain::webhook_answer> poll(milliseconds max_wait) override;

private:
  /// One connection's worth of buffers, used again for every call.
  struct slot {
    easy_handle handle;
    string_list headers;
    std::string body;
    /// The first of the answer, for people.
    std::string answer;
    std::size_t answer_bytes = 0;
    std::int64_t event_id = 0;
    bool private_allowed = false;
    /// An address that calls are not made to.
    std::string refused;
  };

  static std::size_t on_answer(char* data, std::size_t size, std::size_t n, void* to);
  static curl_socket_t open_socket(void* of, curlsocktype, curl_sockaddr* address);

  void set_up(slot& s) const;
  static domain::webhook_answer result_of(const slot& s, CURLcode code);

  webhook_options options_;
  webhook_signer signer_;
  multi_handle multi_;
  // Handles leave the multi handle before it ends.
  std::vector<slot> slots_;
  std::vector<slot*> free_;
};

void http_webhooks::set_up(slot& s) const {
  s.handle = call_pump::make_handle();
  s.private_allowed = options_.allow_private;
  auto* h = s.handle.get();
  curl_easy_setopt(h, CURLOPT_URL, options_.url.c_str());
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(h, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(h, CURLOPT_POST, 1L);
  curl_easy_setopt(h, CURLOPT_USERAGENT, "bankslip");
  curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, &http_webhooks::on_answer);
  curl_easy_setopt(h, CURLOPT_WRITEDATA, &s);
  curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, &http_webhooks::open_socket);
  curl_easy_setopt(h, CURLOPT_OPENSOCKETDATA, &s);
  curl_easy_setopt(h, CURLOPT_PRIVATE, &s);
}

std::size_t http_webhooks::on_answer(char* data, std::size_t size, std::size_t n, void* to) {
  constexpr std::size_t shown = 200, most = 64 * 1024;
  auto& s = *static_cast<slot*>(to);
  const auto bytes = size * n;
  s.answer.append(data, std::min(bytes, shown - std::min(shown, s.answer.size())));
  s.answer_bytes += bytes;
  return s.answer_bytes > most ? 0 : bytes;
}

// The address is known here, whatever the name in the URL was resolved to.
curl_socket_t http_webhooks::open_socket(void* of, curlsocktype, curl_sockaddr* address) {
  auto& s = *static_cast<slot*>(of);
  if (!s.private_allowed && is_private_address(address->addr)) {
    s.refused = address_text(address->addr);
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void http_webhooks::start(const domain::webhook_event& event, milliseconds longest) {
  auto& s = *free_.back();
  free_.pop_back();
  s.event_id = event.id;
  s.body = webhook_body(event);
  s.answer.clear();
  s.answer_bytes = 0;
  s.refused.clear();
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  curl_slist* list = nullptr;
  for (const auto& header :
       {std::string{"Content-Type: application/json"}, std::string{"Expect:"},
        "webhook-id: " + event.message_id, "webhook-timestamp: " + std::to_string(now),
        "webhook-signature: " + signer_.sign(event.message_id, now, s.body)})
    list = curl_slist_append(list, header.c_str());
  s.headers.reset(list);
  auto* h = s.handle.get();
  curl_easy_setopt(h, CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(h, CURLOPT_POSTFIELDS, s.body.data());
  curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE, static_cast<long>(s.body.size()));
  curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, static_cast<long>(longest.count()));
  curl_multi_add_handle(multi_.get(), h);
}

domain::webhook_answer http_webhooks::result_of(const slot& s, CURLcode code) {
  auto* h = s.handle.get();
  domain::webhook_answer out;
  out.event_id = s.event_id;
  long status = 0;
  curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
  curl_off_t micros = 0;
  curl_easy_getinfo(h, CURLINFO_TOTAL_TIME_T, &micros);
  out.took = std::chrono::duration_cast<milliseconds>(std::chrono::microseconds{micros});
  // A call counts once its answer has come whole; how long it is does not matter.
  const auto whole = code == CURLE_OK || code == CURLE_WRITE_ERROR;
  out.status = whole ? static_cast<int>(status) : 0;
  // Another address of the same name may have been a public one.
  if (!whole && !s.refused.empty())
    out.error = "the address " + s.refused + " is private: WEBHOOK_ALLOW_PRIVATE=on allows it";
  else if (!whole)
    out.error = curl_easy_strerror(code);
  else if (out.status < 200 || out.status >= 300) {
    const auto line = domain::without_controls(domain::whole_characters(s.answer, 200));
    out.error = "answered " + std::to_string(out.status);
    if (!line.empty())
      out.error.append(": ").append(line);
  }
  curl_off_t wait = 0;
  curl_easy_getinfo(h, CURLINFO_RETRY_AFTER, &wait);
  out.retry_after = std::chrono::seconds{std::max<curl_off_t>(wait, 0)};
  return out;
}

std::vector<domain::webhook_answer> http_webhooks::poll(milliseconds max_wait) {
  int running = 0;
  curl_multi_perform(multi_.get(), &running);
  if (running == static_cast<int>(in_flight()) && running > 0) {
    curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(max_wait.count()), nullptr);
    curl_multi_perform(multi_.get(), &running);
  }
  std::vector<domain::webhook_answer> out;
  int left = 0;
  while (auto* message = curl_multi_info_read(multi_.get(), &left)) {
    auto* handle = message->easy_handle;
    const auto code = message->data.result;
    void* of = nullptr;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &of);
    auto* s = static_cast<slot*>(of);
    out.push_back(result_of(*s, code));
    curl_multi_remove_handle(multi_.get(), handle);
    free_.push_back(s);
  }
  return out;
}

caf::error refused(const std::string& setting, std::string_view allowed) {
  return domain::make_error(domain::errc::invalid_input,
                            setting + ": must be " + std::string{allowed});
}

/// Path and query may be secrets of the receiver's.
std::string shown_setting(const std::optional<service_url>& url, const std::string& text) {
  return "WEBHOOK_URL=" + (url ? url->scheme + "://" + url->host + "…" : shown(text));
}

} // namespace

caf::error check_options(const webhook_options& options) {
  if (options.url.empty() && options.secret.empty())
    return {};
  const auto url =
      parse_service_url(std::string_view{options.url}.substr(0, options.url.find('?')));
  if (!options.url.empty() && (!is_web_address(options.url) || !url))
    return refused(shown_setting(url, options.url), "empty, or an address of http:// or https://");
  if (url && !options.allow_private && is_private_host(url->host))
    return refused(shown_setting(url, options.url),
                   "a public address, unless WEBHOOK_ALLOW_PRIVATE=on");
  if (auto signer = webhook_signer::read(options.secret); !signer)
    return refused("WEBHOOK_SECRET", "whsec_ and base64 of 24 to 64 bytes; two of them with a "
                                     "space between while rotating");
  return {};
}

std::unique_ptr<domain::webhook_caller> make_webhook_caller(const webhook_options& options) {
  return std::make_unique<http_webhooks>(options);
}

} // namespace bankslip::services
