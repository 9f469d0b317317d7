#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "actors/pool.hpp"
#include "actors/protocol.hpp"
#include "domain/pace/mail_pace.hpp"
#include "tests/sim/conductor.hpp"
#include "tests/sim/planted.hpp"
#include "tests/sim/rate_audit.hpp"

namespace bankslip::sim {

/// Says what a history is like.
struct setting {
  int partitions = 2;
  int processes = 1;
  std::size_t workers = 2;
  std::size_t max_rows = 50;
  std::size_t chunk_size = 3;
  domain::settle_options settling;
  /// E-mails are left to the mail stage.
  bool paced = false;
  /// May be empty: as fast as it goes.
  std::function<bool()> gives_leave;
  /// E-mails a second of all processes; 0: as above.
  double mail_rate = 0;
  /// Judges whether they keep to it.
  std::shared_ptr<rate_audit> audit;
  std::uint32_t jitter_seed = 1;
  bug planted = bug::none;
};

/// One process of the system: its actors, over the simulated world.
class company {
public:
  company(caf::actor_system& system, conductor& turns, fake::world& w, const setting& s);

  /// Its actors vanish wherever they are.
  void kill();
  /// Is told to stop; it goes on until its work under way has ended.
  void stop();
  bool stopping() const noexcept { return stopping_; }
  void keep(const caf::actor& a) { all_.push_back(a); }
  bool alive() const { return body_.process->alive; }
  body& state() noexcept { return body_; }

  const actors::front_actor& front() const { return front_; }
  const actors::supervisor_actor& supervisor() const { return supervisor_; }
  const actors::pool_actor& pool() const { return pool_; }
  const actors::pool_actor& mail_pool() const { return mail_pool_; }
  /// Why it gave itself up; empty: it has not.
  const std::string& given_up() const { return given_up_; }

private:
  template <class Handle>
  Handle owned(Handle h, bool blocks = false);
  actors::launched_worker launch_worker(std::size_t slot, actors::pool_actor pool,
                                        domain::settle_part part);
  actors::pool_actor start_pool(domain::settle_part part);
  actors::consumer_actor launch_consumer(actors::pool_actor pool, bool mails);
  void start_supervisor();
  void start_front();
  void start_outbox_relay();
  void must_live() const;

  caf::actor_system& system_;
  conductor& turns_;
  fake::world& world_;
  setting setting_;
  body body_;
  std::shared_ptr<const domain::debt_codec> codec_ = std::make_shared<fake::line_codec>();
  std::shared_ptr<domain::availability> seen_ = std::make_shared<domain::availability>();
  std::shared_ptr<domain::mail_pace> pace_;
  std::vector<caf::actor> all_;
  actors::pool_actor pool_;
  actors::pool_actor mail_pool_;
  actors::supervisor_actor supervisor_;
  actors::front_actor front_;
  std::string given_up_;
  bool stopping_ = false;
};

} // namespace bankslip::sim
