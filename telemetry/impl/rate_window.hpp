#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <vector>

namespace bankslip::telemetry {

/// How much counters have risen of late: keeps what they were at the looks of the last
/// seconds. Belongs to one thread at a time.
class rate_window {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Says by how much the counters have risen in `seconds`; both 0 at a first look.
  struct rise {
    double seconds = 0;
    std::vector<double> by;
  };
  /// Looks at the counters, which are the same ones in each call.
  rise look(time_point now, std::vector<double> totals) {
    // Nobody has looked for a while: what was then says nothing about now.
    if (!looks_.empty() && now - looks_.back().at > forgotten)
      looks_.clear();
    while (looks_.size() > 1 && now - looks_[1].at >= span)
      looks_.pop_front();
    rise out{0, std::vector<double>(totals.size())};
    if (!looks_.empty()) {
      out.seconds = std::chrono::duration<double>(now - looks_.front().at).count();
      for (std::size_t i = 0; i < totals.size(); ++i)
        out.by[i] = totals[i] - looks_.front().totals[i];
    }
    if (looks_.empty() || now - looks_.back().at >= pace)
      looks_.push_back({now, std::move(totals)});
    return out;
  }

private:
  static constexpr std::chrono::milliseconds span{5'000};
  static constexpr std::chrono::milliseconds forgotten{10'000};
  /// Looks closer together are not kept.
  static constexpr std::chrono::milliseconds pace{200};

  struct kept {
    time_point at;
    std::vector<double> totals;
  };
  std::deque<kept> looks_;
};

} // namespace bankslip::telemetry
