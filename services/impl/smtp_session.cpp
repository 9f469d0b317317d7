#include "services/impl/smtp_session.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>

#include "domain/text/ascii.hpp"
#include "slips/printed_fields.hpp"

namespace bankslip::services {

namespace {

constexpr std::size_t max_reply = 300;

bool begins(std::string_view line, std::string_view command) {
  return line.size() >= command.size()
         && std::equal(command.begin(), command.end(), line.begin(), [](char a, char b) {
              return a == std::toupper(static_cast<unsigned char>(b));
            });
}

/// Codes that speak of the session or the credentials, not of the message
/// (RFC 5321, RFC 4954).
bool is_about_session(int code) {
  return code == 421 || code == 454 || code == 530 || code == 534 || code == 535 || code == 538;
}

bool says(std::string_view reply, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) {
    return !std::ranges::search(reply, word, {}, domain::to_lower).empty();
  });
}

/// Whether a reply is about one address or mailbox, or a denied relay: all others may go on.
bool is_about_address(smtp_session::stage at, std::string_view reply) {
  return at == smtp_session::stage::rcpt && says(reply, {"4.1.", "4.2.", "relay"});
}

/// Whether a reply is about the pace. 421 says so unless the connection has idled, 454 once a
/// message is under way (Amazon SES); 450 and 451 stand for much else, such as greylisting,
/// so words decide there, or the codes for congestion (RFC 3463).
bool is_about_pace(int code, smtp_session::stage at, std::string_view reply) {
  if (is_about_address(at, reply))
    return false;
  switch (code) {
    case 421:
      return !says(reply, {"4.4.2", "timeout", "timed out", "idle"});
    case 454:
      return at != smtp_session::stage::opening;
    case 450:
    case 451:
      return says(reply, {"4.3.2", "4.4.5", "4.7.28", "too many", "too fast", "too quick", " rate",
                          "throttl", "slow down", "congest", "overload"});
    default:
      return false;
  }
}

} // namespace

void smtp_session::on_command(std::string_view line) {
  over_ = over_ || begins(line, "QUIT");
  if (over_)
    return;
  code_ = 0;
  reply_.clear();
  if (begins(line, "MAIL FROM"))
    stage_ = stage::mail;
  else if (begins(line, "RCPT TO"))
    stage_ = stage::rcpt;
  else if (begins(line, "DATA"))
    stage_ = stage::data;
}

void smtp_session::on_reply(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r'))
    line.remove_suffix(1);
  auto digit = [&](std::size_t i) { return line[i] >= '0' && line[i] <= '9'; };
  if (over_ || line.size() < 3 || !digit(0) || !digit(1) || !digit(2))
    return;
  code_ = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  reply_ = slips::without_controls(line.substr(0, max_reply));
}

void smtp_session::on_body_end() {
  stage_ = stage::body;
  code_ = 0;
  reply_.clear();
}

smtp_session::ending smtp_session::judge(bool login_denied, std::string_view transport) const {
  ending out;
  out.answered = code_ >= 400;
  out.reason = out.answered ? "the server said: " + reply_ : std::string{transport};
  if (login_denied) {
    out.reason += " (check the user and password of EMAIL_URL)";
    return out;
  }
  out.opening = stage_ == stage::opening;
  out.too_fast = out.answered && is_about_pace(code_, stage_, reply_);
  if (stage_ == stage::opening)
    return out;
  if (!out.answered) {
    // Without the final dot the server must not deliver (RFC 5321, 4.1.1.4).
    if (stage_ == stage::body)
      out.call = call_result::unclear;
    return out;
  }
  if (is_about_session(code_) && !is_about_address(stage_, reply_))
    return out;
  out.service_fault = false;
  if (code_ >= 500)
    out.call = call_result::refused;
  return out;
}

} // namespace bankslip::services
