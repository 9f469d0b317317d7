#include "http/api/key_ring.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::http {

std::string key_ring::load() {
  std::ifstream file{path_, std::ios::binary};
  if (!file)
    return "API_KEYS_FILE=" + path_ + ": cannot be read: " + std::strerror(errno);
  std::ostringstream text;
  text << file.rdbuf();
  if (text.bad())
    return "API_KEYS_FILE=" + path_ + ": cannot be read";
  std::vector<domain::api_key> keys;
  if (auto problem = domain::parse_api_keys(text.str(), keys); !problem.empty())
    return "API_KEYS_FILE=" + path_ + ": " + problem;
  const std::lock_guard lock{mutex_};
  std::vector<entry_ptr> fresh;
  for (auto& key : keys) {
    const auto old = std::find_if(keys_.begin(), keys_.end(),
                                  [&](const auto& e) { return e->key.name == key.name; });
    auto limits = old == keys_.end() ? std::make_shared<key_limits>() : (*old)->limits;
    fresh.push_back(std::make_shared<entry>(entry{std::move(key), std::move(limits)}));
  }
  keys_ = std::move(fresh);
  return {};
}

void key_ring::reload() {
  const auto problem = load();
  telemetry::count_key_reload(problem.empty());
  if (problem.empty())
    telemetry::log_info("API keys read anew", {{"keys", size()}});
  else
    telemetry::log_error("API keys not read anew, the old ones stay", {{"error", problem}});
}

key_ring::entry_ptr key_ring::find(const domain::sha256_digest& digest) const {
  entry_ptr found;
  const std::lock_guard lock{mutex_};
  for (const auto& e : keys_)
    if (domain::same_digest(e->key.digest, digest))
      found = e;
  return found;
}

key_ring::entry_ptr key_ring::find(std::string_view name) const {
  const std::lock_guard lock{mutex_};
  const auto at =
      std::find_if(keys_.begin(), keys_.end(), [&](const auto& e) { return e->key.name == name; });
  return at == keys_.end() ? nullptr : *at;
}

std::size_t key_ring::size() const {
  const std::lock_guard lock{mutex_};
  return keys_.size();
}

} // namespace bankslip::http
