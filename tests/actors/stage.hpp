#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>

#include "actors/protocol.hpp"
#include "domain/error.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"
#include "tests/support/fake_world.hpp"

/// Actors that move only when told, over a world in memory.
namespace bankslip::test {

using namespace std::chrono_literals;
using namespace actors;
using domain::errc;

/// Holds what became of a request.
template <class T>
struct answer {
  std::optional<T> value;
  caf::error error;
  bool pending() const { return !value && !error; }
  errc code() const { return domain::code_of(error); }
};

class stage {
public:
  stage() : system{config_()} {
    telemetry::init_log({telemetry::log_level::off, telemetry::log_format::plain});
    system.await_actors_before_shutdown(false);
  }

  // A periodic reminder would keep the coordinator busy for ever.
  ~stage() {
    for (int i = 0; i < 3; ++i) {
      for (auto& a : cast_)
        caf::anon_send_exit(a, caf::exit_reason::kill);
      run();
    }
    cast_.clear();
  }

  template <class... Args>
  auto spawn(Args&&... args) {
    auto handle = system.spawn(std::forward<Args>(args)...);
    keep(handle);
    return handle;
  }
  template <class Handle>
  void keep(const Handle& handle) {
    cast_.push_back(caf::actor_cast<caf::actor>(handle));
  }

  /// Everything that can run runs; no time passes.
  void run() { scheduler().run(); }
  /// Time passes, in small steps so that reminders repeat.
  void pass(std::chrono::milliseconds span, std::chrono::milliseconds step = 10ms) {
    for (auto gone = 0ms; gone < span; gone += step) {
      world.time.advance(step);
      scheduler().advance_time(step);
      run();
    }
  }

  /// An actor that does `what`. CAF 0.17 follows a null pointer where an actor gets
  /// no argument, which the library's assertions do not allow.
  template <class What>
  void run_once(What what) {
    system.spawn([](caf::event_based_actor* self, const What& f) { return f(self); },
                 std::move(what));
  }

  template <class Answer, class Handle, class Message>
  std::shared_ptr<answer<Answer>> ask(const Handle& whom, Message message) {
    auto out = ask_later<Answer>(whom, std::move(message));
    run();
    return out;
  }
  /// The same with the next `run`.
  template <class Answer, class Handle, class Message>
  std::shared_ptr<answer<Answer>> ask_later(const Handle& whom, Message message) {
    auto out = std::make_shared<answer<Answer>>();
    run_once([=](caf::event_based_actor* self) {
      self->request(whom, 1440min, message)
          .then([=](const Answer& value) { out->value = value; },
                [=](caf::error& reason) { out->error = std::move(reason); });
    });
    return out;
  }

  /// Whether the actor has ended.
  template <class Handle>
  bool is_dead(const Handle& h) {
    auto down = std::make_shared<bool>(false);
    run_once([=](caf::event_based_actor* self) {
      self->set_down_handler([=](caf::down_msg&) { *down = true; });
      self->monitor(h);
      self->delayed_send(self, 1ms, caf::ok_atom::value);
      return caf::behavior{[](caf::ok_atom) {}};
    });
    run();
    return *down;
  }

  caf::scheduler::test_coordinator& scheduler() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  }

  fake::world world{3};
  fake::process_ptr process = world.start_process();
  std::shared_ptr<const domain::debt_codec> codec = std::make_shared<fake::line_codec>();

private:
  static caf::actor_system_config& config_() {
    static caf::actor_system_config config;
    config.set("scheduler.policy", caf::atom("testing"));
    return config;
  }
  std::vector<caf::actor> cast_;

public:
  caf::actor_system system;
};

/// Takes what a publisher takes, and is told when to answer.
using slow_publishing_actor = publishing_actor::extend<caf::reacts_to<caf::ok_atom, caf::error>>;

/// A publisher that answers when told.
struct slow_publisher {
  std::vector<domain::outbound_batch_ptr> got;
  std::vector<caf::typed_response_promise<batch_published>> open;
  slow_publishing_actor self;

  // A promise may be kept in its actor's handlers only.
  void answer_one(caf::error reason = {}) {
    caf::anon_send(self, caf::ok_atom::value, std::move(reason));
  }
};

inline slow_publishing_actor::behavior_type slow_publishing(slow_publishing_actor::pointer self,
                                                            std::shared_ptr<slow_publisher> s) {
  return {
      [=](const publish_batch& request) -> caf::result<batch_published> {
        s->got.push_back(request.batch);
        auto promise = self->make_response_promise<batch_published>();
        s->open.push_back(promise);
        return promise;
      },
      [=](caf::ok_atom, caf::error& reason) {
        auto promise = s->open.front();
        s->open.erase(s->open.begin());
        if (reason)
          promise.deliver(std::move(reason));
        else
          promise.deliver(batch_published{});
      },
  };
}

/// Value of one series of /metrics; -1: it is not there.
inline double metric(const std::string& series) {
  const auto text = "\n" + telemetry::render_metrics();
  const auto at = text.find("\n" + series + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + series.size() + 2));
}

inline std::string csv_header() {
  return "name,governmentId,email,debtAmount,debtDueDate,debtId\n";
}

inline std::string csv_row(const std::string& id, const std::string& amount = "12.50") {
  return "Maria,00123456789,maria@example.com," + amount + ",2026-12-21," + id + "\n";
}

} // namespace bankslip::test
