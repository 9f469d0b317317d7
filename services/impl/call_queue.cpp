#include "services/impl/call_queue.hpp"

#include "services/impl/retry.hpp"

namespace bankslip::services {

call_queue::call_queue(std::size_t calls, int tries, time_point deadline, std::uint32_t seed,
                       std::chrono::milliseconds unclear_for)
    : outcomes_(calls, {call_result::not_done, {}, {}, false}), tried_(calls),
      first_tried_(calls), tries_{tries}, deadline_{deadline},
      unclear_for_{unclear_for}, random_{seed} {}

std::optional<std::size_t> call_queue::next(time_point now) {
  if (now >= deadline_)
    return std::nullopt;
  while (!again_.empty() && again_.top().first <= now) {
    auto i = again_.top().second;
    again_.pop();
    // The pace or the breaker may have held it back for long.
    if (outcomes_[i].result != call_result::unclear || now - first_tried_[i] < unclear_for_)
      return i;
  }
  if (fresh_ == outcomes_.size())
    return std::nullopt;
  first_tried_[fresh_] = now;
  return fresh_++;
}

call_queue::time_point call_queue::next_due() const noexcept {
  return again_.empty() ? deadline_ : std::min(deadline_, again_.top().first);
}

bool call_queue::finish(std::size_t i, call_result result, std::string reason,
                        std::chrono::milliseconds retry_after, time_point now) {
  ++tried_[i];
  end(i, result, std::move(reason));
  if (result == call_result::accepted || result == call_result::refused || tried_[i] >= tries_)
    return true;
  auto at = now + backoff(tried_[i], retry_after, static_cast<std::uint32_t>(random_()) << 1);
  if (at >= deadline_)
    return true;
  if (outcomes_[i].result == call_result::unclear && at - first_tried_[i] >= unclear_for_)
    return true;
  again_.emplace(at, i);
  return false;
}

void call_queue::end(std::size_t i, call_result result, std::string reason) {
  auto& outcome = outcomes_[i];
  outcome.begun = true;
  outcome.reason = std::move(reason);
  // A refusal of a later try says nothing about what an earlier one has done.
  if (outcome.result != call_result::unclear || result == call_result::accepted)
    outcome.result = result;
}

void call_queue::slow_down(std::size_t i, std::string reason,
                           std::chrono::milliseconds retry_after) {
  hold_up(reason);
  end(i, call_result::too_fast, std::move(reason));
  outcomes_[i].retry_after = retry_after;
}

void call_queue::hold_up(const std::string& reason) {
  for (; fresh_ < outcomes_.size(); ++fresh_)
    again_.emplace(time_point{}, fresh_);
  for (; !again_.empty(); again_.pop())
    if (auto& outcome = outcomes_[again_.top().second]; outcome.result == call_result::not_done) {
      outcome.result = call_result::too_fast;
      outcome.reason = reason;
    }
}

void call_queue::put_back(std::size_t i, time_point now) { again_.emplace(now, i); }

void call_queue::abandon(const std::string& reason) {
  for (; fresh_ < outcomes_.size(); ++fresh_)
    outcomes_[fresh_].reason = reason;
  while (!again_.empty()) {
    auto& outcome = outcomes_[again_.top().second];
    if (outcome.reason.empty())
      outcome.reason = reason;
    again_.pop();
  }
}

} // namespace bankslip::services
