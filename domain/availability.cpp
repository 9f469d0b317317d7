#include "domain/availability.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace bankslip::domain {

namespace {

constexpr std::array<std::string_view, dependency_kinds> names = {
    "kafka",     "kafka topics", "kafka consumer", "postgresql", "postgresql schema",
    "boleto",    "email",        "lane",           "records",    "mail consumer",
    "mail lane", "mail records", "replication"};

static_assert(!names.back().empty());

} // namespace

std::string_view to_string(dependency_kind kind) noexcept {
  const auto index = static_cast<std::size_t>(kind);
  return index < names.size() ? names[index] : "unknown";
}

std::string to_string(const dependency& d) {
  std::string name{to_string(d.kind)};
  return d.partition < 0 ? name : name + " " + std::to_string(d.partition);
}

void availability::is_there(dependency d) {
  const std::lock_guard lock{mutex_};
  if (away_.erase(d) > 0)
    tell(d, {});
}

void availability::is_away(dependency d, std::string reason) {
  if (reason.empty())
    reason = "away";
  const std::lock_guard lock{mutex_};
  const auto [at, is_new] = away_.insert_or_assign(d, std::move(reason));
  if (is_new)
    tell(d, at->second);
}

void availability::report(dependency d, std::string reason) {
  if (reason.empty())
    is_there(d);
  else
    is_away(d, std::move(reason));
}

std::string availability::why_away(dependency_kind kind) const {
  const std::lock_guard lock{mutex_};
  const auto at = away_.lower_bound({kind});
  return at != away_.end() && at->first.kind == kind ? at->second : std::string{};
}

std::map<dependency, std::string> availability::away() const {
  const std::lock_guard lock{mutex_};
  return away_;
}

bool availability::note(std::string what, std::string text) {
  const std::lock_guard lock{mutex_};
  auto& now = notes_[std::move(what)];
  return std::exchange(now, std::move(text)) != now;
}

std::map<std::string, std::string> availability::notes() const {
  const std::lock_guard lock{mutex_};
  return notes_;
}

void availability::stop() {
  const std::lock_guard lock{mutex_};
  stopping_ = true;
}

std::vector<std::string> availability::unready_reasons() const {
  std::vector<std::string> out;
  const std::lock_guard lock{mutex_};
  if (stopping_)
    out.emplace_back("the process is stopping");
  for (const auto& [what, reason] : away_)
    out.push_back(to_string(what) + ": " + reason);
  return out;
}

void availability::tell(dependency d, std::string_view reason) const {
  if (!observe_)
    return;
  const auto same = [&d](const auto& one) { return one.first.kind == d.kind; };
  observe_({d, reason, static_cast<std::size_t>(std::ranges::count_if(away_, same))});
}

} // namespace bankslip::domain
