#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/time.hpp"
#include "http/api/change_log.hpp"
#include "http/api/credentials.hpp"
#include "http/api/key_ring.hpp"
#include "http/api/sessions.hpp"
#include "http/server/router.hpp"

namespace bankslip::http {

struct operation;

/// Lets a request in before a byte of its body is read: its key, the key's scope and limits.
/// Notes every change for the audit. Without a key ring everybody is let in, but for
/// changes by pages of others, and on a loopback listener for a page that has led its own
/// name here. Thread-safe.
class gate {
public:
  /// `origins` are pages of others that may change things where no key is asked for, and
  /// names of this server. `host` is the address that it listens on.
  gate(std::shared_ptr<const key_ring> keys, front_client front,
       std::vector<std::string> origins = {}, std::string_view host = {});

  /// Whether the request may go on; else it is answered: 401 without a key, with one that
  /// is not known or a session that has ended, 403 where the key lacks the scope or another
  /// page uses the session or leads its own name here, 429 over a limit, 503 where nobody can
  /// say.
  bool admit(const operation& op, exchange& x);

  /// Tells later whether the key that a caller was let in with is still there and has the
  /// scope; nothing where no keys are asked for.
  std::function<bool()> admission(std::string_view caller, domain::scope needed) const;

  /// Notes what came of a request that changes something, with the status that the client is
  /// told, and the rows that came in by it.
  void note(const operation& op, const exchange& x, int status);

  /// Writes what was noted.
  void flush() { changes_.flush(); }

  /// Who may do what with the key, for /session.
  bool asks_for_keys() const noexcept { return keys_ != nullptr; }
  enum class accept : std::uint8_t { key, key_or_session };
  /// Finds the key that the request shows, or whose session; nothing when it is answered.
  key_ring::entry_ptr identify(exchange& x, accept what = accept::key_or_session);
  /// Takes one of the key's requests of this second. False: answered 429.
  static bool has_requests_left(exchange& x, const key_ring::entry_ptr& who);
  /// Refuses, with a session, a change that comes from another page. True: it may go on.
  static bool is_own_page(exchange& x);
  /// Notes the name of the key with that digest.
  void name_caller(exchange& x, const domain::sha256_digest& key) const;
  http::sessions& sessions() noexcept { return sessions_; }

private:
  key_ring::entry_ptr by_session(exchange& x, std::string_view token);
  bool is_known_host(exchange& x) const;
  bool is_welcome_page(exchange& x) const;
  bool may(const operation& op, exchange& x, const key_ring::entry_ptr& who);

  std::shared_ptr<const key_ring> keys_;
  std::vector<std::string> origins_;
  bool on_loopback_;
  http::sessions sessions_;
  change_log changes_;
};

} // namespace bankslip::http
