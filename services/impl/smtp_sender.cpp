#include "services/impl/smtp_sender.hpp"

#include <algorithm>
#include <random>

#include "services/impl/url.hpp"

namespace bankslip::services {

namespace {

using std::chrono::steady_clock;

// Only what was certainly not taken is tried again inside a batch.
constexpr int most_tries = 2;

} // namespace

smtp_sender::smtp_sender(const service_options& options, std::string from, int connections)
    : url_{parse_service_url(options.email_url).value().base()}, from_{"<" + from + ">"},
      tries_{std::min(options.tries, most_tries)},
      connections_(connections), pump_{"mail server",
                                       shared_breaker(domain::dependency_kind::email_service, url_,
                                                      options.breaker_failures,
                                                      options.breaker_pause, options.seen),
                                       connections_},
      slots_(connections_), seed_{std::random_device{}()} {
  auto parts = parse_service_url(options.email_url).value();
  user_ = parts.user;
  password_ = parts.password;
  for (auto& s : slots_)
    set_up(s, options);
}

void smtp_sender::set_up(slot& s, const service_options& options) {
  s.handle = call_pump::make_handle();
  auto* h = s.handle.get();
  curl_easy_setopt(h, CURLOPT_URL, url_.c_str());
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(h, CURLOPT_USE_SSL,
                   static_cast<long>(options.starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  if (!user_.empty()) {
    curl_easy_setopt(h, CURLOPT_USERNAME, user_.c_str());
    curl_easy_setopt(h, CURLOPT_PASSWORD, password_.c_str());
  }
  curl_easy_setopt(h, CURLOPT_MAIL_FROM, from_.c_str());
  curl_easy_setopt(h, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(h, CURLOPT_READFUNCTION, &smtp_sender::on_read);
  curl_easy_setopt(h, CURLOPT_READDATA, &s);
  // The talk is followed by what libcurl would print.
  curl_easy_setopt(h, CURLOPT_VERBOSE, 1L);
  curl_easy_setopt(h, CURLOPT_DEBUGFUNCTION, &smtp_sender::on_debug);
  curl_easy_setopt(h, CURLOPT_DEBUGDATA, &s);
  curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options.connect_timeout.count()));
  curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, static_cast<long>(options.call_timeout.count()));
}

std::size_t smtp_sender::on_read(char* to, std::size_t size, std::size_t n, void* self) {
  auto& s = *static_cast<slot*>(self);
  auto taken = s.message.copy(to, size * n, s.read);
  s.read += taken;
  // libcurl may end the message as soon as it has the last byte, since it
  // knows the size.
  if (s.read == s.message.size())
    s.session.on_body_end();
  return taken;
}

int smtp_sender::on_debug(CURL*, curl_infotype type, char* data, std::size_t size, void* self) {
  auto& s = *static_cast<slot*>(self);
  if (type == CURLINFO_HEADER_OUT)
    s.session.on_command({data, size});
  else if (type == CURLINFO_HEADER_IN)
    s.session.on_reply({data, size});
  return 0;
}

CURL* smtp_sender::start(slot& s, std::size_t job, const writer& write) {
  std::string to;
  s.message.clear();
  write(job, to, s.message);
  s.job = job;
  s.read = 0;
  s.session.reset();
  s.to.reset(curl_slist_append(nullptr, ("<" + to + ">").c_str()));
  curl_easy_setopt(s.handle.get(), CURLOPT_MAIL_RCPT, s.to.get());
  curl_easy_setopt(s.handle.get(), CURLOPT_INFILESIZE_LARGE,
                   static_cast<curl_off_t>(s.message.size()));
  return s.handle.get();
}

std::vector<call_outcome> smtp_sender::send(std::size_t n, const writer& write,
                                            steady_clock::time_point deadline,
                                            domain::call_gate* gate) {
  call_queue queue{n, tries_, deadline, seed_++ | 1};
  pump_.run(
      queue, deadline, gate,
      [&](std::size_t i, std::size_t job) { return start(slots_[i], job, write); },
      [&](std::size_t i, CURLcode code) {
        return finish(slots_[i], code, queue, gate != nullptr);
      });
  return queue.take();
}

std::optional<std::chrono::milliseconds> smtp_sender::finish(slot& s, CURLcode code,
                                                             call_queue& queue, bool paced) {
  if (code == CURLE_OK) {
    pump_.breaker().succeeded();
    queue.end(s.job, call_result::accepted, {});
    return std::nullopt;
  }
  auto ending = s.session.judge(code == CURLE_LOGIN_DENIED, curl_easy_strerror(code));
  if (ending.too_fast && ending.opening) {
    was_too_many_ = true;
    connections_ = std::max<std::size_t>(connections_ / 2, 1);
    pump_.limit(connections_);
  }
  if (ending.too_fast && paced) {
    pump_.breaker().succeeded();
    queue.slow_down(s.job, std::move(ending.reason), {});
    return std::chrono::milliseconds{0};
  }
  if (ending.service_fault)
    pump_.breaker().failed(ending.reason);
  else
    pump_.breaker().succeeded();
  if (ending.call == call_result::not_done && !ending.answered)
    queue.finish(s.job, ending.call, std::move(ending.reason), {}, steady_clock::now());
  else
    queue.end(s.job, ending.call, std::move(ending.reason));
  return std::nullopt;
}

} // namespace bankslip::services
