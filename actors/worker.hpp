#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <caf/typed_event_based_actor.hpp>

#include "actors/protocol.hpp"
#include "actors/stage_names.hpp"
#include "domain/mail_leave.hpp"
#include "domain/ports.hpp"
#include "domain/settlement/settler.hpp"
#include "telemetry/actor_board.hpp"

namespace bankslip::actors {

/// The ports of a WORKER. Made anew for each one, so that a replaced worker inherits no
/// broken connection.
struct worker_ports {
  std::shared_ptr<domain::settlement_store> store;
  std::unique_ptr<domain::boleto_service> boletos;
  std::unique_ptr<domain::email_service> emails;
  std::shared_ptr<const domain::debt_codec> codec;
  const domain::clock* time = nullptr;
  /// For the mail stage, one for all its WORKERs; null: as fast as it goes.
  std::shared_ptr<domain::mail_leave> leave;
  /// Called once on the worker's own thread, before its first job; may be empty.
  std::function<void()> enter_thread;
};

/// Measures the stages and remembers which one runs.
class stage_meter : public domain::settle_observer {
public:
  explicit stage_meter(const domain::clock& time) : time_{time} {}
  void on_stage(domain::settle_stage begins) override;
  void on_suspect(const domain::debt& d) override;
  /// Logs the debt with its trace.
  void on_traced(std::string_view trace, const domain::debt& d, domain::debt_status end,
                 std::string_view reason) override;
  /// Counts the rows, and logs at times how many were put off, and why.
  void on_settled(const domain::settle_report& wave) override;
  /// The job is over.
  void stop();
  domain::settle_stage current() const noexcept { return current_; }

private:
  const domain::clock& time_;
  domain::settle_stage current_ = domain::settle_stage::decode;
  bool running_ = false;
  /// Rows put off since the last note of them.
  std::size_t put_off_ = 0;
  std::chrono::steady_clock::time_point next_note_{};
  std::chrono::steady_clock::time_point began_{};
};

/// State of WORKER. Runs detached: a job blocks.
struct worker_state {
  static inline const char* name = "worker";

  std::size_t slot = 0;
  caf::typed_actor<caf::reacts_to<job_done>> pool;
  worker_ports ports;
  std::optional<stage_meter> meter;
  std::optional<domain::settler> settler;
  std::optional<telemetry::actor_entry> board;

  job_done run(const run_job& job);
};

/// Behavior of WORKER number `slot`, the `restarts`-th in place of a dead one. An exception
/// in a job ends it with `worker_crashed`, or with `worker_crashed_mailing` when e-mails may
/// have gone out.
worker_actor::behavior_type worker(worker_actor::stateful_pointer<worker_state> self,
                                   std::size_t slot, pool_actor pool, worker_ports ports,
                                   domain::settle_options options, int restarts = 0);

} // namespace bankslip::actors
