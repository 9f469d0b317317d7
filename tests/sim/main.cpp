// Runs histories of the whole system from seeds and says which promise broke.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

#include <caf/actor_registry.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include "telemetry/log.hpp"
#include "tests/sim/history.hpp"

namespace {

using namespace bankslip;

struct options {
  std::uint64_t histories = 2'000;
  std::uint64_t seed = 1;
  bool planted = false;
  bool trace = false;
};

bool read(int argc, char** argv, options& out) {
  for (int i = 1; i < argc; ++i) {
    std::string_view word = argv[i];
    auto number = [&](std::uint64_t& value) {
      if (++i == argc)
        return false;
      char* end = nullptr;
      value = std::strtoull(argv[i], &end, 10);
      return *end == '\0' && end != argv[i];
    };
    if (word == "--histories" && number(out.histories))
      continue;
    if (word == "--seed" && number(out.seed))
      continue;
    if (word == "--planted")
      out.planted = true;
    else if (word == "--trace")
      out.trace = true;
    else
      return false;
  }
  return true;
}

/// One system for all histories: making one costs more than a history.
class theatre {
public:
  theatre() : system_{config()}, turns_{system_}, idle_{system_.registry().running()} {
    telemetry::init_log({telemetry::log_level::off, telemetry::log_format::plain});
    system_.await_actors_before_shutdown(false);
  }

  sim::outcome play(std::uint64_t seed, sim::bug planted, bool tracing) {
    sim::outcome out;
    {
      sim::history h{system_, turns_, seed, planted, tracing};
      out = h.run();
    }
    if (planted == sim::bug::none && system_.registry().running() != idle_)
      std::cerr << "seed " << seed << ": " << system_.registry().running() - idle_
                << " actors did not end\n";
    return out;
  }

private:
  static caf::actor_system_config& config() {
    static caf::actor_system_config config;
    config.set("scheduler.policy", caf::atom("testing"));
    return config;
  }
  caf::actor_system system_;
  sim::conductor turns_;
  std::size_t idle_;
};

double seconds_since(std::chrono::steady_clock::time_point t) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - t).count();
}

int explain(theatre& stage, std::uint64_t seed, const sim::outcome& first) {
  std::cout << "violation in seed " << seed << ": " << first.violation << '\n';
  auto again = stage.play(seed, sim::bug::none, true);
  for (const auto& line : again.history)
    std::cout << "  " << line << '\n';
  if (again.violation != first.violation)
    std::cout << "not the same again: " << again.violation << '\n';
  std::cout << "seed " << seed << ": " << first.violation << '\n';
  return 1;
}

int run_histories(theatre& stage, const options& o) {
  auto began = std::chrono::steady_clock::now();
  std::size_t steps = 0, rows = 0, kills = 0;
  for (std::uint64_t i = 0; i < o.histories; ++i) {
    auto out = stage.play(o.seed + i, sim::bug::none, false);
    if (!out.violation.empty())
      return explain(stage, o.seed + i, out);
    steps += out.steps;
    rows += out.rows;
    kills += out.kills;
    if (i % 10'000 == 9'999)
      std::cout << i + 1 << " histories, "
                << static_cast<std::uint64_t>(static_cast<double>(i + 1) / seconds_since(began))
                << "/s" << std::endl;
  }
  auto took = seconds_since(began);
  std::cout << o.histories << " histories without a violation, seeds " << o.seed << " to "
            << o.seed + o.histories - 1 << ": " << steps << " steps, " << rows << " rows, " << kills
            << " kills, " << static_cast<std::uint64_t>(static_cast<double>(o.histories) / took)
            << " histories/s\n";
  return 0;
}

int run_planted(theatre& stage, const options& o) {
  auto missed = 0;
  std::cout << "| planted bug | histories until caught | seen as |\n|---|---|---|\n";
  for (auto b = 1; b < static_cast<int>(sim::bug::last); ++b) {
    auto planted = static_cast<sim::bug>(b);
    std::uint64_t n = 0;
    sim::outcome out;
    while (n < o.histories && out.violation.empty())
      out = stage.play(o.seed + n++, planted, false);
    missed += out.violation.empty();
    std::cout << "| " << to_string(planted) << " | "
              << (out.violation.empty() ? "not caught in " + std::to_string(n) : std::to_string(n))
              << " | " << out.violation << " |" << std::endl;
  }
  return missed == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
  options o;
  if (!read(argc, argv, o)) {
    std::cerr << "usage: sim_runner [--histories N] [--seed S] [--planted] [--trace]\n";
    return 2;
  }
  theatre stage;
  if (o.trace) {
    auto out = stage.play(o.seed, sim::bug::none, true);
    for (const auto& line : out.history)
      std::cout << line << '\n';
    std::cout << (out.violation.empty() ? "no violation" : out.violation) << '\n';
    return out.violation.empty() ? 0 : 1;
  }
  return o.planted ? run_planted(stage, o) : run_histories(stage, o);
}
