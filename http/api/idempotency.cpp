#include "http/api/idempotency.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "domain/crypto.hpp"
#include "domain/idempotency_keys.hpp"
#include "http/api/answers.hpp"
#include "http/api/bodies.hpp"
#include "http/server/multipart.hpp"
#include "http/server/text.hpp"
#include "telemetry/log.hpp"
#include "json/writer.hpp"

namespace bankslip::http {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using holder = domain::key_claim::holder;

constexpr std::string_view header_name = "Idempotency-Key";
constexpr std::size_t longest_key = 255;
/// A hold is prolonged this often while a body comes in.
constexpr auto renewal = 20s;
/// Longer ones are of no use: most requests end within milliseconds.
constexpr auto longest_retry_after = 5s;

/// SHA-256 of what makes two requests the same.
class request_digest {
public:
  explicit request_digest(const request_head& request) {
    sum_.add(request.method);
    sum_.add(" ");
    sum_.add(request.target);
    sum_.add("\n");
    // Each client draws the boundary anew.
    const auto boundary = multipart_boundary(request.find_header("Content-Type").value_or(""));
    if (boundary && !boundary->empty())
      form_.emplace(*boundary, "file");
  }

  void add(std::string_view body) {
    if (!form_)
      return sum_.add(body);
    file_.clear();
    form_->push(body, file_);
    sum_.add(file_);
  }

  std::string finish() {
    if (form_ && !form_->field_seen())
      sum_.add("no file");
    const auto digest = sum_.finish();
    return {digest.begin(), digest.end()};
  }

private:
  domain::sha256_sum sum_;
  std::optional<multipart_reader> form_;
  std::string file_;
};

std::int64_t random_token() {
  thread_local std::random_device device;
  return static_cast<std::int64_t>((std::uint64_t{device()} << 32 | device()) >> 1);
}

/// A request's hold on its key. Frees the key at its end, unless an answer was kept.
class held_key {
public:
  held_key(const api_context& api, domain::idempotency_name name)
      : api_{api}, name_{std::move(name)}, token_{random_token()} {}
  ~held_key() {
    if (held_)
      settle(std::nullopt);
  }
  held_key(const held_key&) = delete;
  held_key& operator=(const held_key&) = delete;

  caf::expected<domain::key_claim> claim() {
    // Longer than a request can be silent: an upload's last block and its end wait for the
    // broker, and FRONT is asked.
    const auto lease = 2 * api_.options.publish_wait + 3 * api_.options.ask_timeout;
    auto answer = api_.front->ask<actors::key_claimed>(actors::claim_key{name_, token_, lease});
    if (!answer)
      return answer.error();
    held_ = answer->claim.held_by == holder::caller;
    renew_at_ = clock::now() + renewal;
    return std::move(answer->claim);
  }

  /// Prolongs the hold when it is time.
  void renew() {
    if (clock::now() < renew_at_)
      return;
    if (const auto again = claim(); !again) {
      telemetry::log_warn("idempotency key not prolonged",
                          {{"error", domain::text_of(again.error())}});
      renew_at_ = clock::now() + renewal;
    }
  }

  void settle(std::optional<domain::kept_answer> answer) {
    held_ = false;
    const auto done =
        api_.front->ask<actors::recorded>(actors::settle_key{name_, token_, std::move(answer)});
    if (!done)
      telemetry::log_warn("idempotency key not settled",
                          {{"error", domain::text_of(done.error())}});
  }

private:
  const api_context& api_;
  domain::idempotency_name name_;
  std::int64_t token_;
  bool held_ = false;
  clock::time_point renew_at_{};
};

/// Passes a body on, and sees what passes.
class watched_body final : public body_stream {
public:
  watched_body(body_stream& body, bool has_body, request_digest& digest, held_key* key)
      : body_{body}, complete_{!has_body}, digest_{digest}, key_{key} {}

  void begin_body(const body_limits& limits) override {
    begun_ = true;
    body_.begin_body(limits);
  }

  body_result read_body(std::string& out) override {
    const auto before = out.size();
    const auto result = body_.read_body(out);
    digest_.add(std::string_view{out}.substr(before));
    complete_ = complete_ || result == body_result::end;
    if (key_)
      key_->renew();
    return result;
  }

  /// Takes a body that nobody wanted.
  void drain() {
    if (!begun_ && !complete_)
      read_all({});
  }

  /// Reads to the end, or to what comes in its place.
  body_result read_all(const body_limits& limits) {
    begin_body(limits);
    for (std::string bytes;; bytes.clear())
      if (const auto result = read_body(bytes); result != body_result::bytes)
        return result;
  }

  bool complete() const noexcept { return complete_; }

private:
  body_stream& body_;
  bool begun_ = false;
  bool complete_;
  request_digest& digest_;
  held_key* key_;
};

/// What is wrong with the request's key; empty: nothing.
std::string_view fault_of(const request_head& request, std::string_view key) {
  const auto same = [](const header& h) { return same_text(h.name, header_name); };
  if (std::ranges::count_if(request.headers, same) > 1)
    return "Input should be given once";
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  if (key.empty() || key.size() > longest_key || !std::ranges::all_of(key, printable))
    return "Input should be 1 to 255 printable ASCII characters";
  return {};
}

void answer_key_fault(response& res, const char* type, std::string_view says,
                      std::string_view key) {
  answer_faults(
      res,
      {{type, {"header", std::string{header_name}}, std::string{says}, json::text_value(key)}});
}

void answer_running(response& res, std::chrono::milliseconds lease_left) {
  answer_detail(res, 409, "the first request with this Idempotency-Key is still running");
  const auto wait = std::clamp<std::chrono::milliseconds>(lease_left, 1s, longest_retry_after);
  res.headers.push_back({"Retry-After", std::to_string(wait / 1s)});
}

void serve_first(exchange& x, held_key& key, const std::function<void(exchange&)>& serve) {
  request_digest digest{x.request};
  watched_body body{x.body, x.request.has_body(), digest, &key};
  exchange watched{x.request, x.response, body, x.params};
  serve(watched);
  const auto& res = x.response;
  if (res.status >= 500 || res.stream)
    return;
  body.drain();
  if (body.complete())
    key.settle(domain::kept_answer{digest.finish(), res.status, res.content_type, res.body});
}

void answer_again(exchange& x, const api_context& api, std::string_view key,
                  domain::kept_answer kept) {
  request_digest digest{x.request};
  watched_body body{x.body, x.request.has_body(), digest, nullptr};
  const auto is_form = multipart_boundary(x.request.find_header("Content-Type").value_or(""));
  if (const auto result = body.read_all(is_form ? upload_limits(api.options) : body_limits{});
      result != body_result::end)
    return answer_broken_body(x.response, result);
  if (digest.finish() != kept.request_digest)
    return answer_key_fault(x.response, "idempotency_key_reused",
                            "this key was used for another request: send a new one", key);
  x.response.status = kept.status;
  x.response.content_type = std::move(kept.content_type);
  x.response.body = std::move(kept.body);
  x.response.headers.push_back({"Idempotency-Replayed", "true"});
}

} // namespace

void serve_once(exchange& x, const api_context& api, std::string_view client,
                const std::function<void(exchange&)>& serve) {
  const auto value = x.request.find_header(header_name);
  if (!value)
    return serve(x);
  const std::string key{*value};
  if (const auto fault = fault_of(x.request, key); !fault.empty())
    return answer_key_fault(x.response, "idempotency_key", fault, key);
  held_key hold{api, {std::string{client}, key}};
  auto claim = hold.claim();
  if (!claim)
    return answer_error(x.response, claim.error(), "Not Found");
  switch (claim->held_by) {
    case holder::caller:
      return serve_first(x, hold, serve);
    case holder::another:
      return answer_running(x.response, claim->lease_left);
    case holder::answered:
      return answer_again(x, api, key, std::move(claim->answer));
  }
}

} // namespace bankslip::http
