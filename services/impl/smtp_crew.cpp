#include "services/impl/smtp_crew.hpp"

#include <algorithm>
#include <future>

namespace bankslip::services {

namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

// Mail servers commonly take 10 to 50 connections from one address.
constexpr int first_connections = 10;
constexpr std::size_t most_senders = 48;

// A message that keeps its thread longer than this waits for the server.
constexpr std::chrono::milliseconds slow{5};
constexpr std::chrono::milliseconds fast{1};

constexpr std::chrono::minutes until_more{5};

} // namespace

smtp_crew::smtp_crew(const service_options& options, std::string from)
    : options_{options}, from_{std::move(from)} {
  senders_.push_back(std::make_unique<smtp_sender>(
      options_, from_, std::min(options_.parallel_calls, first_connections)));
}

std::vector<call_outcome> smtp_crew::send(std::size_t n, const smtp_sender::writer& write,
                                          steady_clock::time_point deadline,
                                          domain::call_gate* gate) {
  const auto began = steady_clock::now();
  const auto crew = std::clamp<std::size_t>(n, 1, wanted_);
  while (senders_.size() < crew)
    senders_.push_back(std::make_unique<smtp_sender>(options_, from_, 1));
  const auto share = [&](std::size_t i) {
    const auto first = n * i / crew;
    return senders_[i]->send(
        n * (i + 1) / crew - first,
        [&write, first](std::size_t job, std::string& to, std::string& message) {
          write(first + job, to, message);
        },
        deadline, gate);
  };
  std::vector<std::future<std::vector<call_outcome>>> others;
  for (std::size_t i = 1; i < crew; ++i)
    others.push_back(std::async(std::launch::async, share, i));
  auto out = share(0);
  for (auto& other : others)
    std::ranges::move(other.get(), std::back_inserter(out));
  // The pace's waits are not the server's.
  auto busy = (steady_clock::now() - began) * static_cast<std::int64_t>(crew);
  for (std::size_t i = 0; i < crew; ++i)
    busy -= senders_[i]->idle();
  fit(static_cast<std::size_t>(std::ranges::count(out, true, &call_outcome::begun)), busy);
  return out;
}

void smtp_crew::fit(std::size_t messages, nanoseconds busy) {
  const auto now = steady_clock::now();
  bool too_many = false;
  for (auto& sender : senders_)
    too_many = sender->was_too_many() || too_many;
  if (too_many) {
    wanted_ = std::max<std::size_t>(wanted_ / 2, 1);
    enough_until_ = now + until_more;
    return;
  }
  // Few messages tell nothing of many.
  if (messages < wanted_)
    return;
  const auto of_one = busy / static_cast<std::int64_t>(messages);
  if (of_one > slow && now >= enough_until_)
    wanted_ = std::min(2 * wanted_, most_senders);
  else if (of_one < fast)
    wanted_ = std::max<std::size_t>(wanted_ / 2, 1);
}

} // namespace bankslip::services
