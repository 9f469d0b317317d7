#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <random>
#include <vector>

#include "domain/pace/mail_pace.hpp"

/// Processes that send by their paces to one provider of limited rate, in simulated time.
namespace bankslip::tests {

using namespace std::chrono_literals;

/// Takes or refuses the call that comes in at a moment.
using provider = std::function<bool(std::chrono::nanoseconds at)>;

/// Counts by whole seconds.
inline provider by_windows(std::shared_ptr<double> rate) {
  return [rate = std::move(rate), second = std::int64_t{-1}, count = 0](auto at) mutable {
    if (auto now = std::chrono::floor<std::chrono::seconds>(at).count(); now != second) {
      second = now;
      count = 0;
    }
    return count < *rate && ++count > 0;
  };
}

/// Fills a bucket of `depth` seconds' worth.
inline provider by_bucket(std::shared_ptr<double> rate, double depth) {
  return [rate = std::move(rate), depth, full = 0.0, last = 0ns](auto at) mutable {
    using seconds = std::chrono::duration<double>;
    full = std::max(0.0, full - seconds{at - last}.count() * *rate);
    last = at;
    if (full + 1 > std::max(1.0, depth * *rate))
      return false;
    ++full;
    return true;
  };
}

struct pace_world {
  struct clock : domain::clock {
    std::chrono::steady_clock::time_point now{1'000s};
    std::chrono::steady_clock::time_point steady_now() const override { return now; }
    domain::utc_time utc_now() const override {
      return domain::utc_time{1'000'000'000s}
             + std::chrono::floor<std::chrono::microseconds>(now.time_since_epoch());
    }
    void sleep_for(std::chrono::milliseconds) const override {}
  };

  struct setup {
    domain::pace_options options;
    std::size_t processes = 1;
    /// Each process has so many; each of them has so many calls in flight.
    std::size_t workers = 3;
    std::size_t calls = 64;
    /// Most messages of a wave.
    std::size_t wave = 1'000;
    std::chrono::microseconds latency = 30ms;
    /// A wave's intent and its end take that long together.
    std::chrono::microseconds commits = 12ms;
    /// At times the machine holds up all that is on its way for up to so long.
    std::chrono::milliseconds stall = 0ms;
    /// With each refusal; zero: the provider names none.
    std::chrono::milliseconds retry_after = 1s;
    /// So long there is nothing to send at first.
    std::chrono::seconds idle{0};
    std::uint32_t seed = 1;
  };

  struct sums {
    std::size_t taken = 0;
    std::size_t refused = 0;
    double refused_share() const {
      return static_cast<double>(refused)
             / static_cast<double>(std::max<std::size_t>(1, taken + refused));
    }
  };

  pace_world(setup s, provider p) : set{std::move(s)}, ask{std::move(p)}, random{set.seed} {
    for (std::size_t i = 0; i < set.processes; ++i) {
      paces.push_back(std::make_unique<domain::mail_pace>(set.options, time));
      paces.back()->share(1, set.processes);
      for (std::size_t w = 0; w < set.workers; ++w)
        workers.push_back({i});
    }
    by_process.resize(set.processes);
    for (std::size_t w = 0; w < workers.size(); ++w)
      at(set.idle + std::chrono::milliseconds{w}, [this, w] { begin(w); });
  }

  /// Lets time go by; what happened then.
  sums run(std::chrono::seconds span) {
    auto before = all;
    auto end = time.now + span;
    while (!events.empty() && events.top().at <= end) {
      auto next = events.top();
      events.pop();
      time.now = next.at;
      next.what();
    }
    time.now = end;
    return {all.taken - before.taken, all.refused - before.refused};
  }

  clock time;
  std::vector<std::unique_ptr<domain::mail_pace>> paces;
  std::vector<sums> by_process;
  sums all;
  /// Waves that had leave and sent nothing.
  std::size_t empty = 0;

private:
  struct event {
    std::chrono::steady_clock::time_point at;
    std::uint64_t order;
    std::function<void()> what;
    bool operator<(const event& other) const {
      return std::tie(at, order) > std::tie(other.at, other.order);
    }
  };

  struct worker {
    std::size_t process;
    std::size_t granted = 0;
    std::size_t started = 0;
    std::size_t flying = 0;
    /// The provider wants a pause, or the gate holds the rest for long.
    bool ends = false;
    bool is_held = false;
  };

  void at(std::chrono::nanoseconds span, std::function<void()> what) {
    events.push({time.now + span, order++, std::move(what)});
  }

  /// `span`, more or less by a third.
  std::chrono::nanoseconds about(std::chrono::nanoseconds span) {
    return span * 2 / 3 + span * (random() % 1'000) * 2 / 3'000;
  }

  /// `span`, and to the end of a stall if one begins or lasts then.
  std::chrono::nanoseconds held_up(std::chrono::nanoseconds span) {
    if (set.stall > 0ms && time.now > stalled_until + 500ms && random() % 100 == 0)
      stalled_until = time.now + set.stall * (random() % 1'000) / 1'000;
    return std::max<std::chrono::nanoseconds>(span, stalled_until - time.now);
  }

  void begin(std::size_t w) {
    auto& me = workers[w];
    me = {me.process};
    const auto grant = paces[me.process]->take(set.wave);
    if (grant.count == 0)
      return at(std::min<std::chrono::nanoseconds>(grant.wait, 1s), [this, w] { begin(w); });
    me.granted = grant.count;
    at(about(set.commits / 2), [this, w] { call(w); });
  }

  void call(std::size_t w) {
    auto& me = workers[w];
    auto& pace = *paces[me.process];
    while (!me.ends && !me.is_held && me.flying < set.calls && me.started < me.granted) {
      if (const auto hold = pace.start(); hold > 500ms) {
        me.ends = true;
      } else if (hold.count() > 0) {
        me.is_held = true;
        return at(std::chrono::ceil<std::chrono::milliseconds>(hold), [this, w] {
          workers[w].is_held = false;
          call(w);
        });
      } else {
        pace.release(1);
        ++me.started;
        ++me.flying;
        at(held_up(about(set.latency / 2)), [this, w, started = time.now] { arrive(w, started); });
      }
    }
    if (me.flying > 0 || me.is_held)
      return;
    pace.release(me.granted - me.started);
    empty += me.started == 0;
    at(about(set.commits / 2), [this, w] { begin(w); });
  }

  void arrive(std::size_t w, std::chrono::steady_clock::time_point started) {
    const bool taken = ask(time.now.time_since_epoch());
    auto& process = by_process[workers[w].process];
    ++(taken ? all.taken : all.refused);
    ++(taken ? process.taken : process.refused);
    at(about(set.latency / 2), [this, w, started, taken] {
      auto& me = workers[w];
      --me.flying;
      me.ends = me.ends || !taken;
      paces[me.process]->ended(started, taken ? std::nullopt : std::optional{set.retry_after});
      call(w);
    });
  }

  setup set;
  provider ask;
  std::mt19937 random;
  std::vector<worker> workers;
  std::priority_queue<event> events;
  std::uint64_t order = 0;
  std::chrono::steady_clock::time_point stalled_until{};
};

} // namespace bankslip::tests
