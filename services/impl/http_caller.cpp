#include "services/impl/http_caller.hpp"

#include <random>

#include "domain/trace.hpp"
#include "services/impl/url.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::services {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view key_header = "Idempotency-Key: ";

string_list with_trace(const curl_slist* headers, std::string_view trace) {
  curl_slist* list = nullptr;
  for (; headers != nullptr; headers = headers->next)
    list = curl_slist_append(list, headers->data);
  const auto line = std::string{domain::traceparent}.append(": ").append(trace);
  return string_list{curl_slist_append(list, line.c_str())};
}

} // namespace

http_caller::http_caller(const service_options& options, domain::dependency_kind service,
                         const std::string& url, std::string_view path, milliseconds window)
    : service_{to_string(service)}, url_{parse_service_url(url).value().base().append(path)},
      options_{options}, window_{window}, pump_{service_ + " service",
                                                shared_breaker(service, url,
                                                               options.breaker_failures,
                                                               options.breaker_pause, options.seen),
                                                static_cast<std::size_t>(options.parallel_calls)},
      slots_(options.parallel_calls), seed_{std::random_device{}()} {
  auto parts = parse_service_url(url).value();
  if (!parts.user.empty())
    credentials_ = parts.user + ":" + parts.password;
  for (auto& s : slots_)
    set_up(s);
}

void http_caller::set_up(slot& s) {
  s.handle = call_pump::make_handle();
  auto key = std::string{key_header}.append(call_batch::key_size, '0');
  auto* list = curl_slist_append(nullptr, key.c_str());
  s.key_text = list->data + key_header.size();
  for (auto* header : {"Content-Type: application/json", "Accept: application/json", "Expect:"})
    list = curl_slist_append(list, header);
  s.headers.reset(list);
  auto* h = s.handle.get();
  curl_easy_setopt(h, CURLOPT_URL, url_.c_str());
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(h, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(h, CURLOPT_POST, 1L);
  curl_easy_setopt(h, CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(h, CURLOPT_USERAGENT, "bankslip");
  curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options_.connect_timeout.count()));
  curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.call_timeout.count()));
  curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, &http_caller::on_body);
  curl_easy_setopt(h, CURLOPT_WRITEDATA, &s);
  // libcurl repeats a call by itself where a kept connection turns out to be dead.
  if (window_ < options_.call_timeout)
    curl_easy_setopt(h, CURLOPT_FORBID_REUSE, 1L);
  if (!credentials_.empty())
    curl_easy_setopt(h, CURLOPT_USERPWD, credentials_.c_str());
}

std::size_t http_caller::on_body(char* data, std::size_t size, std::size_t n, void* to) {
  auto& s = *static_cast<slot*>(to);
  if (s.answer.size() + size * n > max_answer_bytes) {
    s.too_big = true;
    return 0;
  }
  s.answer.append(data, size * n);
  return size * n;
}

CURL* http_caller::start(slot& s, std::size_t call, call_batch& batch) {
  s.call = call;
  s.too_big = false;
  s.answer.clear();
  s.body.clear();
  s.key.clear();
  batch.write(call, s.body, s.key);
  s.key.copy(s.key_text, call_batch::key_size);
  if (const auto trace = batch.trace(call); !trace.empty() || s.traced) {
    auto traced = trace.empty() ? string_list{} : with_trace(s.headers.get(), trace);
    curl_easy_setopt(s.handle.get(), CURLOPT_HTTPHEADER, traced ? traced.get() : s.headers.get());
    s.traced = std::move(traced);
  }
  curl_easy_setopt(s.handle.get(), CURLOPT_POSTFIELDS, s.body.data());
  curl_easy_setopt(s.handle.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(s.body.size()));
  return s.handle.get();
}

std::vector<call_outcome> http_caller::run(call_batch& batch, time_point deadline,
                                           domain::call_gate* gate) {
  paced_ = gate != nullptr;
  // The last try may reach the service as late as its time-out.
  call_queue queue{batch.size(), options_.tries, deadline, seed_++ | 1,
                   window_ - options_.call_timeout};
  pump_.run(
      queue, deadline, gate,
      [&](std::size_t i, std::size_t call) { return start(slots_[i], call, batch); },
      [&](std::size_t i, CURLcode code) { return finish(slots_[i], code, queue, batch); });
  flush_counts();
  return queue.take();
}

std::optional<std::chrono::milliseconds> http_caller::finish(slot& s, CURLcode code,
                                                             call_queue& queue, call_batch& batch) {
  auto result = judge(s, code, batch);
  if (result.call == call_result::too_fast) {
    pump_.breaker().succeeded();
    count(result.call, false);
    queue.slow_down(s.call, std::move(result.reason), result.retry_after);
    return result.retry_after;
  }
  if (result.service_fault)
    pump_.breaker().failed(result.reason, result.retry_after);
  else
    pump_.breaker().succeeded();
  auto kind = result.call;
  bool ended =
      queue.finish(s.call, kind, std::move(result.reason), result.retry_after, steady_clock::now());
  count(kind, !ended);
  return std::nullopt;
}

http_caller::try_result http_caller::judge(slot& s, CURLcode code, call_batch& batch) {
  if (code != CURLE_OK)
    return judge_failure(s, code);
  long status = 0;
  curl_easy_getinfo(s.handle.get(), CURLINFO_RESPONSE_CODE, &status);
  try_result out;
  if (status == 200 || status == 201 || status == 202) {
    out.call = batch.read(s.call, s.answer, out.reason);
    out.service_fault = out.call == call_result::unclear;
    return out;
  }
  auto error = error_text(s.answer);
  auto verdict = judge_status(static_cast<int>(status), !error.empty());
  out.call = verdict.call;
  out.service_fault = verdict.service_fault;
  out.reason = describe_status(static_cast<int>(status), error, verdict.misconfigured);
  curl_off_t seconds = 0;
  curl_easy_getinfo(s.handle.get(), CURLINFO_RETRY_AFTER, &seconds);
  out.retry_after = std::chrono::seconds{std::clamp<curl_off_t>(seconds, 0, 3600)};
  if (paced_ && (status == 429 || (status == 503 && seconds > 0)))
    out.call = call_result::too_fast;
  return out;
}

http_caller::try_result http_caller::judge_failure(slot& s, CURLcode code) {
  // libcurl tries a request again by itself when a kept connection turns out
  // to be closed; the bytes of all its tries are counted here. Only where none
  // has left the machine the service cannot have acted.
  long request_bytes = 0;
  curl_easy_getinfo(s.handle.get(), CURLINFO_REQUEST_SIZE, &request_bytes);
  try_result out;
  out.call = request_bytes == 0 ? call_result::not_done : call_result::unclear;
  out.reason = s.too_big ? "the answer is longer than 64 KiB" : curl_easy_strerror(code);
  return out;
}

void http_caller::count(call_result result, bool retried) {
  ++counts_[static_cast<std::size_t>(result)];
  retried_ += retried;
}

void http_caller::flush_counts() {
  for (std::size_t i = 0; i < counts_.size(); ++i)
    if (counts_[i] != 0)
      telemetry::count_service_calls(service_, to_string(static_cast<call_result>(i)), counts_[i]);
  if (retried_ != 0)
    telemetry::count_service_calls(service_, "retried", retried_);
  counts_ = {};
  retried_ = 0;
}

} // namespace bankslip::services
