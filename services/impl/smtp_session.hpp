#pragma once

#include <string>
#include <string_view>

#include "services/impl/judge.hpp"

namespace bankslip::services {

/// Follows the talk with an SMTP server for one message, so that its end can
/// be judged: which command was sent last and what was answered to it.
class smtp_session {
public:
  enum class stage {
    /// Connecting, greeting, EHLO, TLS, login.
    opening,
    mail,
    rcpt,
    data,
    /// The whole message was handed over, with the dot that ends it.
    body,
  };

  void reset() { *this = {}; }
  void on_command(std::string_view line);
  void on_reply(std::string_view line);
  void on_body_end();

  /// The meaning of a talk that ended without success. `transport` says how it
  /// ended if the server said nothing.
  struct ending {
    call_result call = call_result::not_done;
    bool service_fault = true;
    /// The server answered: the same try would bring the same answer now.
    bool answered = false;
    /// It asks for fewer messages, or connections.
    bool too_fast = false;
    /// No message was begun.
    bool opening = false;
    std::string reason;
  };
  ending judge(bool login_denied, std::string_view transport) const;

private:
  stage stage_ = stage::opening;
  /// Code of the answer to the last command; 0 = none yet.
  int code_ = 0;
  std::string reply_;
  /// QUIT was sent: what follows says nothing about the message.
  bool over_ = false;
};

} // namespace bankslip::services
