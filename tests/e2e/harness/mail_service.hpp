#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace bankslip::e2e {

/// An e-mail service that keeps every call and refuses addresses for good.
class mail_service {
public:
  mail_service();
  ~mail_service();
  mail_service(const mail_service&) = delete;
  mail_service& operator=(const mail_service&) = delete;

  /// For EMAIL_URL.
  std::string url() const;
  /// Answers 422 with `reason` to mails for `address` from now on.
  void refuse(const std::string& address, const std::string& reason);
  /// E-mails accepted by debt_id; a repeated call with the same key is one.
  std::map<std::string, int> accepted() const;
  /// Address of the last mail accepted for a debt.
  std::string address_of(const std::string& debt_id) const;
  /// Header `traceparent` of the last call for a debt; empty for none.
  std::string trace_of(const std::string& debt_id) const;

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace bankslip::e2e
