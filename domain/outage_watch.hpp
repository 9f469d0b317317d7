#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include <caf/expected.hpp>

namespace bankslip::domain {

/// Tells when a member of a consumer group must leave it: it has lost the database for long,
/// while others of the group get on and could do its work. Its partitions wait
/// as well with it where nobody gets on. One thread.
class outage_watch {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using positions = std::map<std::int32_t, std::int64_t>;

  /// `read` tells how far the group has committed each partition; it may block for some
  /// seconds. Without it nobody leaves.
  outage_watch(std::function<caf::expected<positions>()> read, std::chrono::milliseconds patience)
      : read_{std::move(read)}, patience_{patience} {}

  /// Looks whether the group must be left. `is_away`: the database cannot be reached;
  /// `owns` tells whether a partition is the member's own.
  template <class Predicate>
  bool must_leave(time_point now, bool is_away, Predicate owns) {
    if (!is_away || !since_) {
      since_ = is_away ? std::optional{now} : std::nullopt;
      others_.clear();
      return false;
    }
    if (!read_ || now - *since_ < patience_ || now < next_look_)
      return false;
    next_look_ = now + between_looks;
    auto read = read_();
    if (!read)
      return false;
    std::erase_if(*read, [&owns](const auto& position) { return owns(position.first); });
    const auto before = std::exchange(others_, std::move(*read));
    return std::ranges::any_of(others_, [&before](const auto& position) {
      const auto then = before.find(position.first);
      return then != before.end() && then->second < position.second;
    });
  }

  /// Something was settled: the database is not away, whatever is said.
  void got_on() noexcept { since_.reset(); }

private:
  static constexpr std::chrono::seconds between_looks{5};

  std::function<caf::expected<positions>()> read_;
  std::chrono::milliseconds patience_;
  /// Nothing: the database is there.
  std::optional<time_point> since_;
  time_point next_look_{};
  /// Those of others, as they were read last.
  positions others_;
};

} // namespace bankslip::domain
