#include "telemetry/health.hpp"

#include <map>
#include <mutex>
#include <utility>

#include "telemetry/log.hpp"

namespace bankslip::telemetry {

namespace {

struct dependency {
  bool available = true;
  std::string reason;
};

struct health_state {
  std::mutex mutex;
  std::map<std::string, dependency, std::less<>> dependencies;
  bool stopping = false;
};

// Never destroyed: threads may report until the process is gone.
health_state& health() {
  static auto& instance = *new health_state;
  return instance;
}

} // namespace

void set_dependency(std::string_view name, bool available, std::string reason) {
  bool changed = false;
  {
    auto& s = health();
    const std::lock_guard lock{s.mutex};
    auto found = s.dependencies.find(name);
    if (found == s.dependencies.end())
      found = s.dependencies.try_emplace(std::string{name}).first;
    changed = found->second.available != available;
    found->second.available = available;
    found->second.reason = available ? std::string{} : reason;
  }
  if (!changed)
    return;
  if (available)
    log_info("dependency is back", {{"dependency", name}});
  else
    log_warn("dependency is away", {{"dependency", name}, {"reason", reason}});
}

bool is_away(std::string_view name) {
  auto& s = health();
  const std::lock_guard lock{s.mutex};
  const auto found = s.dependencies.find(name);
  return found != s.dependencies.end() && !found->second.available;
}

void set_stopping() {
  auto& s = health();
  const std::lock_guard lock{s.mutex};
  s.stopping = true;
}

std::vector<std::string> unready_reasons() {
  std::vector<std::string> out;
  auto& s = health();
  const std::lock_guard lock{s.mutex};
  if (s.stopping)
    out.emplace_back("the process is stopping");
  for (const auto& [name, one] : s.dependencies)
    if (!one.available)
      out.push_back(name + ": " + (one.reason.empty() ? "away" : one.reason));
  return out;
}

} // namespace bankslip::telemetry
