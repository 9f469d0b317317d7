#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <caf/actor_cast.hpp>

#include "tests/sim/company.hpp"
#include "tests/sim/customers.hpp"
#include "tests/sim/oracle.hpp"

namespace bankslip::sim {

/// Tells what a history came to.
struct outcome {
  /// Empty: all promises were kept.
  std::string violation;
  std::vector<std::string> history;
  std::size_t steps = 0;
  std::size_t rows = 0;
  std::size_t kills = 0;
};

/// Faults by chance, at rates of their own for each history.
class chaos final : public fake::fault_plan {
public:
  chaos(dice& chance, bool local_slips);
  fake::db_fault database(std::string_view what) override;
  fake::mail_fault mail(const domain::email_job&) override;
  fake::slip_fault slip(const domain::debt&) override;
  fake::sink_fault sink() override;
  fake::source_fault source() override;
  std::chrono::milliseconds retry_after() override;
  std::chrono::milliseconds mail_paused() override;
  /// Whether an e-mail may go out at the rate that is set.
  bool gives_leave();
  std::chrono::milliseconds slips_paused() override { return mail_paused(); }
  std::chrono::milliseconds call_time() override;
  static constexpr std::chrono::milliseconds longest_call{3'000};

  /// E-mails are put off often.
  void put_off_often() { put_off_ = 3'000; }
  /// Whether one was, since this was asked.
  bool has_put_off() { return std::exchange(has_put_off_, false); }
  /// The next commit of a wave is lost, and never was.
  void lose_a_settlement() { loses_settlement_ = true; }
  bool lost_a_settlement() { return std::exchange(lost_settlement_, false); }

  /// No more faults.
  bool calm = false;

private:
  /// True in about that share of the cases, while faults are on.
  bool hit(int per_10000) { return !calm && dice_.chance(per_10000); }
  dice& dice_;
  int database_, mail_, slip_, sink_, source_, crash_, slow_;
  int put_off_ = 0;
  bool has_put_off_ = false;
  bool loses_settlement_ = false;
  bool lost_settlement_ = false;
};

/// One run of the whole system from a seed: some time with faults, then time to
/// come to rest. The same seed gives the same history.
class history {
public:
  history(caf::actor_system& system, conductor& turns, std::uint64_t seed, bug planted,
          bool tracing);
  ~history();
  outcome run();

private:
  void choose_setting();
  void start_process();
  void stormy_time();
  void time_to_rest();
  void leave();
  void strike();
  void play_zombies();
  void lose_partitions_unseen();
  void kill(company& c);
  void press_button();
  void foreign_record();
  void send_file();
  void move_on();
  void end_given_up();
  company* somebody();
  template <class... Args>
  void spawn_customer(Args&&... args) {
    auto a = system_.spawn(std::forward<Args>(args)...);
    turns_.own(a->id(), nullptr, false);
    customers_.push_back(caf::actor_cast<caf::actor>(a));
  }

  caf::actor_system& system_;
  conductor& turns_;
  dice dice_;
  fake::world world_;
  setting setting_;
  chaos chaos_;
  oracle oracle_{world_};
  file_maker maker_;
  std::vector<std::unique_ptr<company>> companies_;
  std::vector<caf::actor> customers_;
  int files_left_ = 0;
  /// Processes lose their partitions without seeing it, go on, and the new owner dies.
  bool zombies_ = false;
  company* new_owner_ = nullptr;
  bool new_owner_died_ = false;
  /// Steps that the zombies have left.
  int zombies_die_in_ = 0;
  /// Steps until the next ones.
  int zombies_in_ = 0;
  /// So many of 10,000 processes leave e-mails to the mail stage.
  int paced_ = 0;
  /// How often somebody stops or resumes the e-mails of an upload.
  int stops_ = 0;
  outcome outcome_;
};

} // namespace bankslip::sim
