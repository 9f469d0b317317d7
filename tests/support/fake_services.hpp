#pragma once

#include <map>
#include <set>

#include "tests/support/fake_base.hpp"

namespace bankslip::fake {

/// The e-mail provider: what it has sent, by idempotency key and by debt.
class mail_provider {
public:
  explicit mail_provider(base& world) : world_{world} {}

  /// Keeps the first call with a key.
  struct entry {
    d::utc_time first_call{};
    int effective = 0;
  };
  /// Keys: debt_id and attempt, which the real key is a digest of.
  std::map<std::pair<std::string, int>, entry> ledger;
  std::map<std::string, int> effective_by_debt;
  /// Addresses that are refused for good.
  std::set<std::string, std::less<>> refused_addresses;
  /// How long keys are known; zero: not at all.
  std::chrono::seconds window{60};
  /// How long after its start a call may still be done.
  std::chrono::milliseconds longest_call{};
  std::size_t max_wave = 5000;
  /// 1: it is being probed.
  std::size_t most_calls = SIZE_MAX;

  std::unique_ptr<d::email_service> service(process_ptr p);
  /// Does it, unless the key is known.
  void call(const d::email_job& job);
  base& world() noexcept { return world_; }

private:
  base& world_;
};

/// The slip service: the same debt_id gives the same slip for ever.
class slip_provider {
public:
  explicit slip_provider(base& world) : world_{world} {}
  bool local = true;
  std::map<std::string, int> calls;

  std::unique_ptr<d::boleto_service> service(process_ptr p);
  base& world() noexcept { return world_; }

private:
  base& world_;
};

} // namespace bankslip::fake
