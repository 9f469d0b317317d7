#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace bankslip::e2e {

/// The program's own mock of an e-mail service, for many mails: its ledger
/// tells how often each of them was sent.
class mock_mail {
public:
  mock_mail();
  ~mock_mail();
  mock_mail(const mock_mail&) = delete;
  mock_mail& operator=(const mock_mail&) = delete;

  /// For EMAIL_URL.
  std::string url() const;
  /// A number of /ledger/summary.
  std::int64_t ledger(const std::string& name) const;

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace bankslip::e2e
