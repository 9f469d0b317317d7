#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ports.hpp"
#include "domain/time.hpp"

/// A world in memory with a clock of its own: database, broker and services
/// behind the real ports. One thread.
namespace bankslip::fake {

namespace d = bankslip::domain;

/// Virtual time.
class manual_clock final : public d::clock {
public:
  std::chrono::steady_clock::time_point steady_now() const override {
    return std::chrono::steady_clock::time_point{std::chrono::hours{1} + passed_};
  }
  d::utc_time utc_now() const override {
    return d::utc_time{std::chrono::seconds{1'800'000'000} + passed_};
  }
  void sleep_for(std::chrono::milliseconds span) const override { passed_ += span; }
  void advance(std::chrono::microseconds span) { passed_ += span; }
  void set(std::chrono::microseconds passed) { passed_ = passed; }

private:
  mutable std::chrono::microseconds passed_{0};
};

/// Owns ports. Once it is dead, every call on them throws `killed`.
struct process {
  int id = 0;
  bool alive = true;
};
using process_ptr = std::shared_ptr<process>;

/// Unwinds what a dead process was doing. No std::exception, so that nobody
/// takes it for a failure that can be handled.
struct killed {};

/// How a port call lets others run before it goes on.
class interleaving {
public:
  virtual ~interleaving() = default;
  /// Others may run now.
  virtual void pause() {}
  /// Others run until `ready` or `deadline`; answers `ready`.
  virtual bool wait(const std::function<bool()>& ready, d::utc_time) { return ready(); }
};

/// Says what happens to a statement.
enum class db_fault { none, lost_before, lost_after, conflict };
/// Says what happens to an e-mail's call. `crash`: the client has a bug.
enum class mail_fault {
  none,
  refuse,
  not_sent,
  unknown_done,
  unknown_not_done,
  crash,
  too_fast,
  not_begun
};
enum class slip_fault { none, refuse, unavailable, crash };
/// Says what happens to a batch of records: appended but never acknowledged and the
/// client dead, the client dead before, an error after a part, an error before.
enum class sink_fault { none, wait, fatal_after, fatal_before, error_after_part, error_before };
enum class source_fault { none, unavailable, fatal };

/// Decides on faults; by default there are none.
class fault_plan {
public:
  virtual ~fault_plan() = default;
  virtual db_fault database(std::string_view) { return db_fault::none; }
  virtual mail_fault mail(const d::email_job&) { return mail_fault::none; }
  virtual slip_fault slip(const d::debt&) { return slip_fault::none; }
  virtual sink_fault sink() { return sink_fault::none; }
  virtual source_fault source() { return source_fault::none; }
  /// With `mail_fault::too_fast`.
  virtual std::chrono::milliseconds retry_after() { return {}; }
  virtual std::chrono::milliseconds mail_paused() { return {}; }
  virtual std::chrono::milliseconds slips_paused() { return {}; }
  /// How long one service call takes.
  virtual std::chrono::milliseconds call_time() { return {}; }
  /// All calls of a wave, side by side, take so long.
  virtual std::chrono::milliseconds wave_time() { return {}; }
};

/// Sees what changes in the world, as it happens.
class observer {
public:
  virtual ~observer() = default;
  /// `before` is null for a new row.
  virtual void row_changed(const d::stored_debt* before, const d::stored_debt& after) {
    (void)before, (void)after;
  }
  /// The provider has sent it.
  virtual void mail_effective(const d::email_job&) {}
  virtual void offset_committed(std::int32_t, std::int64_t) {}
  /// By the mail stage's group.
  virtual void mail_offset_committed(std::int32_t, std::int64_t) {}
  virtual void event_written(const d::webhook_event&) {}
};

/// Holds what all parts of the world share.
struct base {
  manual_clock time;
  interleaving no_turns;
  fault_plan no_faults;
  observer nobody;
  interleaving* turns = &no_turns;
  fault_plan* faults = &no_faults;
  observer* watcher = &nobody;
  /// Readable history, where wanted.
  bool tracing = false;
  std::vector<std::string> history;

  void note(std::string text);
  /// At the start of each port call: others run, the dead stop.
  void step(const process_ptr& p) {
    turns->pause();
    if (!p->alive)
      throw killed{};
  }
};

/// JSON stand-in: the six fields with a line feed between them.
class line_codec final : public d::debt_codec {
public:
  void encode(const d::debt& debt, std::string& out) const override;
  caf::error decode(std::string_view text, d::debt& out) const override;
};

} // namespace bankslip::fake
