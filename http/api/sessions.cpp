#include "http/api/sessions.hpp"

#include <optional>

#include "domain/error.hpp"

namespace bankslip::http {

namespace {

constexpr std::size_t token_bytes = 32;

} // namespace

void sessions::remember(const domain::session& s) {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock{mutex_};
  if (known_.size() >= most_remembered)
    std::erase_if(known_, [&](const auto& one) { return now - one.second.looked_up > memory; });
  if (known_.size() >= most_remembered)
    known_.clear();
  known_[s.id] = {s.key, now};
}

caf::expected<std::string> sessions::begin(const domain::sha256_digest& key) {
  auto token = domain::random_token(token_bytes);
  const domain::session fresh{domain::sha256(token), key};
  const auto answer = front_.ask<actors::recorded>(actors::open_session{fresh, lifetime});
  if (!answer)
    return answer.error();
  remember(fresh);
  return token;
}

caf::expected<domain::sha256_digest> sessions::find(std::string_view token) {
  // Looked up by its digest: the time tells nothing about other tokens.
  const auto id = domain::sha256(token);
  std::optional<known> before;
  {
    const std::lock_guard lock{mutex_};
    if (const auto at = known_.find(id); at != known_.end())
      before = at->second;
  }
  if (before && std::chrono::steady_clock::now() - before->looked_up < memory)
    return before->key;
  const auto answer = front_.ask<actors::session_found>(actors::find_session{id});
  if (answer) {
    remember(answer->found);
    return answer->found.key;
  }
  if (domain::code_of(answer.error()) != domain::errc::not_found && before)
    return before->key;
  const std::lock_guard lock{mutex_};
  known_.erase(id);
  return answer.error();
}

caf::error sessions::end(std::string_view token) {
  const auto id = domain::sha256(token);
  const auto forget = [&] {
    const std::lock_guard lock{mutex_};
    known_.erase(id);
  };
  forget();
  const auto answer = front_.ask<actors::recorded>(actors::end_session{id});
  // Who looked it up meanwhile has remembered it.
  forget();
  return answer ? caf::error{} : answer.error();
}

} // namespace bankslip::http
