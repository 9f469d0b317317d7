#include "cli/system_changes.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "json/document.hpp"

namespace bankslip::cli {

namespace {

std::string text_of(json::value v, const char* name) { return std::string{v[name].text()}; }

std::int64_t sum_of(json::value upload, std::initializer_list<const char*> counters) {
  std::int64_t sum = 0;
  for (const auto* name : counters)
    sum += upload[name].integer().value_or(0);
  return sum;
}

std::string figures_of(json::value system) {
  const auto rates = system["rates"];
  // Null before the partitions are assigned.
  auto lag = text_of(system, "lag");
  auto line = "lag " + (lag.empty() ? "-" : lag) + "  accepted " + text_of(rates, "accepted")
              + "/s  e-mailed " + text_of(rates, "emailed") + "/s  failed "
              + text_of(rates, "failed") + "/s";
  if (system["uploads"].is(json::kind::array))
    for (const auto u : system["uploads"]) {
      line += "  upload " + text_of(u, "upload_id") + ' ';
      const auto accepted = sum_of(u, {"accepted"});
      const auto ends = sum_of(u, {"emailed", "duplicates", "conflicts", "failed", "in_doubt"});
      line += u["state"].text() == "receiving"
                  ? "receives"
                  : std::to_string(accepted > 0 ? 100 * ends / accepted : 0) + " %";
    }
  return line;
}

} // namespace

std::vector<std::string> system_changes::look(const std::string& json) {
  const json::document d{json};
  const auto system = d.root();
  if (!system["rates"].is(json::kind::object))
    return {};
  std::vector<std::string> lines;
  if (auto started = text_of(system, "started_at"); started != started_at_) {
    lines.push_back("the server runs since " + started);
    started_at_ = std::move(started);
    facts_.clear();
  }
  std::vector<fact> now;
  for (const auto a : system["away"]) {
    const auto what = text_of(a, "dependency");
    now.push_back({"away " + what, "away: " + what + ": " + text_of(a, "reason"), "back: " + what});
  }
  for (const auto b : system["breakers"])
    if (b.json() == "true") {
      const std::string name{b.name()};
      now.push_back({"breaker " + name, "the breaker of " + name + " opens",
                     "the breaker of " + name + " closes"});
    }
  for (const auto r : system["restarts"])
    if (const auto n = r.integer().value_or(0); n > 0) {
      const std::string name{r.name()};
      now.push_back({"restarts " + name + ' ' + std::to_string(n),
                     name + " was started anew (" + std::to_string(n) + ")", ""});
    }
  for (const auto l : system["lanes"])
    if (!text_of(l, "error").empty()) {
      const auto name = "partition " + text_of(l, "partition");
      now.push_back({name, name + ": " + text_of(l, "error"), name + " goes on"});
    }
  // While they are unknown, those that were there stay.
  if (!system["uploads"].is(json::kind::array))
    std::ranges::copy_if(facts_, std::back_inserter(now),
                         [](const fact& f) { return f.name.starts_with("upload "); });
  else
    for (const auto u : system["uploads"]) {
      const auto name = "upload " + text_of(u, "upload_id");
      now.push_back({name, name + " is under way", name + " has ended"});
    }
  const auto has = [](const std::vector<fact>& facts, const fact& one) {
    return std::ranges::any_of(facts, [&](const fact& f) { return f.name == one.name; });
  };
  for (const auto& f : now)
    if (!has(facts_, f))
      lines.push_back(f.begins);
  for (const auto& f : facts_)
    if (!has(now, f) && !f.ends.empty())
      lines.push_back(f.ends);
  facts_ = std::move(now);
  figures_ = figures_of(system);
  return lines;
}

} // namespace bankslip::cli
