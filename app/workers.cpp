#include "app/workers.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <utility>

#include <sys/resource.h>
#include <unistd.h>

#include <caf/spawn_options.hpp>

#include "actors/consumer.hpp"
#include "actors/pool.hpp"
#include "actors/worker.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::app {

namespace {

/// A client waits for its 201, nobody waits for a worker: where cores are short,
/// receiving goes first. Linux's threads have priorities of their own.
void let_uploads_pass() noexcept {
  constexpr int behind = 10;
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), behind);
}

actors::launched_worker launch_worker(caf::actor_system& system, const config& options,
                                      std::shared_ptr<persistence::row_locations> locations,
                                      domain::settle_part part,
                                      std::shared_ptr<domain::mail_leave> leave, std::size_t slot,
                                      actors::pool_actor pool, int restarts) {
  std::shared_ptr<domain::settlement_store> store =
      persistence::make_settlement_store(options.postgres, std::move(locations));
  actors::worker_ports ports;
  ports.store = store;
  ports.boletos = services::make_boleto_service(options.services);
  ports.emails = services::make_email_service(options.services);
  ports.codec = kafka::make_json_codec();
  ports.time = &domain::system_clock();
  ports.leave = std::move(leave);
  if (options.role == role::all)
    ports.enter_thread = let_uploads_pass;
  domain::settle_options settling;
  settling.part = part;
  settling.policy = options.validation;
  settling.events = options.postgres.events;
  actors::launched_worker launched;
  // A job blocks on PostgreSQL and on services: a thread of its own.
  launched.handle = system.spawn<caf::detached>(actors::worker, slot, std::move(pool),
                                                std::move(ports), settling, restarts);
  launched.interrupt = [weak = std::weak_ptr{store}] {
    if (auto alive = weak.lock())
      alive->interrupt();
  };
  return launched;
}

/// Reads how far the group of `options` has committed each partition.
auto positions_of(kafka::kafka_options options) {
  return [options = std::move(options)]() -> caf::expected<domain::outage_watch::positions> {
    auto read = kafka::read_group_positions(options, std::chrono::seconds{1});
    if (!read)
      return std::move(read.error());
    domain::outage_watch::positions out;
    for (const auto& p : read->partitions)
      out.emplace(p.partition, p.committed);
    return out;
  };
}

} // namespace

actors::pool_actor start_pool(caf::actor_system& system, config options,
                              std::shared_ptr<domain::availability> seen, domain::settle_part part,
                              std::shared_ptr<domain::mail_leave> leave) {
  options.services.seen = seen;
  actors::pool_options pool;
  pool.stage = &actors::names_of(part);
  const bool is_mails = part == domain::settle_part::mails;
  // It makes no slips.
  if (is_mails)
    options.services.boleto_url.clear();
  const bool sleeps = is_mails && options.delivery == mail_delivery::at_once;
  pool.workers = sleeps ? 1 : static_cast<std::size_t>(options.workers);
  pool.seen = std::move(seen);
  pool.launch = [&system, options, part, leave = std::move(leave),
                 locations = persistence::make_row_locations(),
                 started = std::map<std::size_t, int>{}](std::size_t slot,
                                                         actors::pool_actor self) mutable {
    return launch_worker(system, options, locations, part, leave, slot, std::move(self),
                         started[slot]++);
  };
  pool.give_up = give_up;
  return system.spawn(actors::pool, std::move(pool));
}

std::shared_ptr<domain::mail_pace> make_pace(const config& options) {
  domain::pace_options pace;
  pace.rate = options.mail_rate;
  pace.burst = options.mail_burst;
  // Both were read when the settings were.
  if (auto schedule = domain::send_schedule::parse(options.mail_schedule))
    pace.schedule = std::move(*schedule);
  if (auto domains = domain::domain_rates::parse(options.mail_domain_rates))
    pace.domains = std::move(*domains);
  return std::make_shared<domain::mail_pace>(std::move(pace), domain::system_clock());
}

actors::consumer_actor launch_consumer(caf::actor_system& system, const config& options,
                                       const cast& running) {
  actors::consumer_options consumer;
  consumer.seen = running.seen;
  consumer.make_source = [kafka = options.kafka] { return kafka::make_record_source(kafka); };
  consumer.read_positions = positions_of(options.kafka);
  consumer.max_batches = static_cast<std::size_t>(options.workers);
  return system.spawn<caf::detached>(actors::consumer, std::move(consumer), running.pool);
}

actors::consumer_actor launch_mail_consumer(caf::actor_system& system, const config& options,
                                            const cast& running) {
  actors::consumer_options consumer;
  consumer.stage = &actors::mail_stage;
  consumer.seen = running.seen;
  consumer.make_source = [group = kafka::mail_group(options.kafka), delivery = options.delivery] {
    return delivery == mail_delivery::paced ? kafka::make_record_source(group)
                                            : kafka::make_sleeping_source(group);
  };
  consumer.read_positions = positions_of(kafka::mail_group(options.kafka));
  consumer.show_more = [pace = running.pace] {
    const auto now = pace->view();
    telemetry::set_mail_pace(now.rate, now.allowed, domain::to_string(now.limit));
  };
  // Its share of the group's rate.
  consumer.tell_share = [pace = running.pace](std::size_t owned, std::size_t all) {
    pace->share(owned, all);
  };
  consumer.count_partitions = [kafka = options.kafka] {
    return kafka::count_partitions(kafka, std::chrono::seconds{1});
  };
  consumer.partitions = static_cast<std::size_t>(options.kafka.partitions);
  // A lane that waits for its pace holds up no other one. What waits is only looked at.
  consumer.max_batches = std::numeric_limits<std::int32_t>::max();
  consumer.limits = {4000, 1024 * 1024};
  return system.spawn<caf::detached>(actors::consumer, std::move(consumer), running.mail_pool);
}

} // namespace bankslip::app
