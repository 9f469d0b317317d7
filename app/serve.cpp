#include "app/serve.hpp"

#include <array>
#include <iostream>
#include <memory>
#include <thread>

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/after.hpp>
#include <caf/blocking_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/system_messages.hpp>

#include "app/check.hpp"
#include "app/preparation.hpp"
#include "app/pulse.hpp"
#include "app/quick_turns.hpp"
#include "app/service_manager.hpp"
#include "app/stop_signals.hpp"
#include "app/wiring.hpp"
#include "domain/error.hpp"
#include "slips/slip_pdf.hpp"
#include "telemetry/log.hpp"

namespace bankslip::app {

namespace {

using namespace std::chrono_literals;

/// Each connection is a descriptor, and the usual limit is 1024.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// Not read yet; nothing where everybody may do everything.
std::shared_ptr<http::key_ring> keys_of(const config& options) {
  if (options.role == role::worker)
    return nullptr;
  if (!options.auth)
    telemetry::log_warn("AUTH=off: whoever reaches the API may do everything",
                        {{"host", options.api.listen.host}});
  if (!options.auth || options.api_keys_file.empty())
    return nullptr;
  return std::make_shared<http::key_ring>(options.api_keys_file);
}

/// The server of one process and its way down.
class server {
public:
  server(const config& options, std::shared_ptr<const http::key_ring> keys)
      : options_{options}, keys_{std::move(keys)}, system_{actor_config()}, actors_{start_actors(
                                                                                system_,
                                                                                options_)} {}

  /// Opens the listeners. False: one of them cannot be opened.
  bool listen() {
    await_preparation(*actors_.seen);
    if (actors_.pool)
      actors_.seen->is_away({domain::dependency_kind::consumer}, "not started yet");
    const quick_turns for_requests;
    auto admin = http::start_admin(options_.admin, actors_.seen);
    if (!admin)
      return refuse("ADMIN_HOST, ADMIN_PORT", admin.error());
    admin_ = std::move(*admin);
    telemetry::log_info("admin listens", {{"host", options_.admin.host}, {"port", admin_->port()}});
    if (!actors_.front)
      return true;
    auto api = http::start_api(api_options(), system_, actors_.front, actors_.finder);
    if (!api)
      return refuse("SERVER_HOST, SERVER_PORT", api.error());
    api_ = std::move(*api);
    telemetry::log_info("api listens",
                        {{"host", options_.api.listen.host}, {"port", api_->port()}});
    return true;
  }

  bool prepare(const stop_signals& signals, service_manager& manager) {
    return app::prepare(options_, *actors_.seen, signals, manager);
  }

  void work() { start_work(system_, options_, actors_); }

  /// Until told to stop. An actor that nobody supervises and that dies takes
  /// the process with it: a crash is safe, half a system is not.
  void run(const stop_signals& signals, service_manager& manager) {
    caf::scoped_actor self{system_};
    for (const auto& actor : actors_.all())
      self->monitor(actor);
    const auto chiefs = actors_.chiefs();
    while (!signals.wait(1s)) {
      if (manager.wants_sign_of_life() && has_pulse(*self, chiefs, 2s))
        manager.alive();
      self->receive([](const caf::down_msg& down) { give_up(domain::text_of(down.reason)); },
                    caf::after(0s) >> [] {});
      // Holes between buffers of Kafka's client would grow with an upload's length.
      malloc_trim(0);
    }
  }

  /// The way down, a reason on every step. Its deadline is the caller's.
  void stop() {
    caf::scoped_actor self{system_};
    // Load balancers and clients learn first.
    actors_.seen->stop();
    if (actors_.front) {
      // Open uploads may finish for half of the time, then they end with 503.
      auto half = options_.shutdown_timeout / 2;
      if (!await(*self, actors_.front, half)) {
        caf::anon_send(actors_.front, actors::abort_uploads{});
        await(*self, actors_.front, half / 2);
      }
      // No request is in progress any more, none may begin.
      api_->stop();
    }
    // What waits in POOL is dropped, what runs is settled; then offsets are
    // committed, the group is left, acknowledgements are awaited.
    if (actors_.pool) {
      caf::anon_send(actors_.pool, actors::drain{});
      caf::anon_send(actors_.mail_pool, actors::drain{});
    }
    await(*self, actors_.supervisor, options_.shutdown_timeout);
    admin_->stop();
  }

private:
  static caf::actor_system_config& actor_config() {
    static caf::actor_system_config config;
    // Two to four times faster than work stealing on few cores.
    config.set("scheduler.policy", caf::atom("sharing"));
    config.set("scheduler.max-throughput", 100);
    return config;
  }

  http::api_options api_options() const {
    auto api = options_.api;
    api.seen = actors_.seen;
    api.keys = keys_;
    api.beneficiary = options_.services.beneficiary;
    api.policy = options_.validation;
    // Whoever only takes files need not know where their e-mails go.
    if (options_.delivery == mail_delivery::paced)
      api.mails_are_paced = true;
    else if (options_.role == role::api)
      api.mails_are_paced.reset();
    api.dead_letters = kafka::make_dead_letter_log(options_.kafka);
    // The publisher answers first: with the reason.
    api.publish_wait = timeouts_of(options_).publish_answer();
    api.render_pdf = [to = options_.services.beneficiary](const domain::stored_debt& debt) {
      slips::pdf_options pdf;
      pdf.beneficiary = to;
      return slips::render_slip_pdf(debt, pdf);
    };
    return api;
  }

  static bool refuse(std::string_view variables, const caf::error& reason) {
    std::cerr << "bankslip: " << variables << ": " << domain::text_of(reason) << '\n';
    return false;
  }

  template <class Handle>
  static bool await(caf::blocking_actor& self, const Handle& actor,
                    std::chrono::milliseconds span) {
    bool ended = false;
    self.request(actor, span, actors::drain{})
        .receive([&](actors::drained) { ended = true; }, [](caf::error&) {});
    return ended;
  }

  const config& options_;
  std::shared_ptr<const http::key_ring> keys_;
  caf::actor_system system_;
  cast actors_;
  std::unique_ptr<http::listener> admin_;
  std::unique_ptr<http::listener> api_;
};

/// Ends the process when the graceful stop takes too long. A detached actor
/// that hangs would keep it for ever.
void arm_deadline(std::chrono::milliseconds span) {
  std::thread([span] {
    std::this_thread::sleep_for(span);
    telemetry::log_error("not stopped in time, process ends as it is");
    ::_exit(exit_given_up);
  }).detach();
}

} // namespace

int serve(const config& options) {
  telemetry::init_log(options.log);
  const auto keys = keys_of(options);
  service_manager manager;
  stop_signals signals{keys, manager};
  raise_descriptor_limit();
  auto fault = fault_of_rooms(options);
  if (fault.empty() && keys)
    fault = keys->load();
  if (!fault.empty()) {
    std::cerr << "bankslip: " << fault << '\n';
    return exit_bad_options;
  }
  // Never destroyed: its threads may hang, and a crash at any point is safe.
  auto* running = new server{options, keys};
  if (!running->listen())
    ::_exit(1);
  if (running->prepare(signals, manager)) {
    running->work();
    manager.ready();
    constexpr std::array roles = {"all", "api", "worker"};
    telemetry::log_info("ready", {{"role", roles[static_cast<std::size_t>(options.role)]}});
    running->run(signals, manager);
  }
  telemetry::log_info("stopping");
  manager.stopping(options.shutdown_timeout + 5s);
  arm_deadline(options.shutdown_timeout);
  running->stop();
  telemetry::log_info("stopped");
  ::_exit(0);
}

} // namespace bankslip::app
