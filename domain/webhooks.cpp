#include "domain/webhooks.hpp"

#include <algorithm>
#include <array>

namespace bankslip::domain {

namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, event_kinds> kind_names = {
    "upload.done", "upload.aborted", "bankslip.failed", "bankslip.in_doubt", "bankslip.emailed"};
constexpr std::array<std::string_view, 3> delivery_names = {"pending", "delivered", "exhausted"};
static_assert(!kind_names.back().empty());
static_assert(delivery_names.size() == static_cast<std::size_t>(delivery_state::exhausted) + 1);

/// Waits after the first try, the second, …
constexpr std::array<std::chrono::milliseconds, webhook_tries - 1> waits = {5s, 5min, 30min, 2h,
                                                                            5h, 10h,  10h};

template <class Enum, std::size_t N>
std::optional<Enum> named(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto* at = std::find(names.begin(), names.end(), name);
  if (at == names.end())
    return std::nullopt;
  return static_cast<Enum>(at - names.begin());
}

} // namespace

std::string_view to_string(event_kind k) noexcept {
  return kind_names[static_cast<std::size_t>(k)];
}

std::optional<event_kind> event_kind_of(std::string_view name) noexcept {
  return named<event_kind>(kind_names, name);
}

std::optional<event_kind> event_of(debt_status s) noexcept {
  switch (s) {
    case debt_status::emailed:
      return event_kind::bankslip_emailed;
    case debt_status::failed:
      return event_kind::bankslip_failed;
    case debt_status::in_doubt:
      return event_kind::bankslip_in_doubt;
    case debt_status::imported:
    case debt_status::generated:
      break;
  }
  return std::nullopt;
}

std::vector<std::string> event_set::names() const {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < event_kinds; ++i)
    if (contains(static_cast<event_kind>(i)))
      out.emplace_back(kind_names[i]);
  return out;
}

std::string_view to_string(delivery_state s) noexcept {
  return delivery_names[static_cast<std::size_t>(s)];
}

std::optional<delivery_state> delivery_state_of(std::string_view name) noexcept {
  return named<delivery_state>(delivery_names, name);
}

webhook_verdict judge_webhook(const webhook_answer& answer, int number,
                              std::uint32_t random) noexcept {
  if (answer.status >= 200 && answer.status < 300)
    return {delivery_state::delivered, 0ms, false};
  // It goes on where it stands once the endpoint is wanted again.
  if (answer.status == 410)
    return {delivery_state::pending, 0ms, true};
  if (number >= webhook_tries)
    return {delivery_state::exhausted, 0ms, false};
  auto wait = waits[static_cast<std::size_t>(std::max(number, 1) - 1)];
  wait = std::max<std::chrono::milliseconds>(
      wait, std::min<std::chrono::seconds>(answer.retry_after, std::chrono::days{1}));
  auto tenth = static_cast<std::uint64_t>(wait.count() / 10);
  wait += std::chrono::milliseconds{static_cast<std::int64_t>((tenth * random) >> 32)};
  return {delivery_state::pending, wait, false};
}

} // namespace bankslip::domain
