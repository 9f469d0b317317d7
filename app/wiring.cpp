#include "app/wiring.hpp"

#include <utility>

#include <unistd.h>

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <caf/spawn_options.hpp>

#include "actors/access.hpp"
#include "actors/finder.hpp"
#include "actors/front.hpp"
#include "actors/outbox_relay.hpp"
#include "actors/publisher.hpp"
#include "actors/retention.hpp"
#include "actors/store.hpp"
#include "actors/store_pool.hpp"
#include "actors/supervisor.hpp"
#include "actors/webhook.hpp"
#include "app/quick_turns.hpp"
#include "app/workers.hpp"
#include "telemetry/availability_report.hpp"
#include "telemetry/log.hpp"

namespace bankslip::app {

namespace {

/// STOREs are few: their queries are short, PostgreSQL's cores are few too.
constexpr int store_count = 3;
/// Lists and retries of whole uploads, one at a time: they are not to take a core from
/// everything else.
constexpr int long_store_count = 1;

std::shared_ptr<const domain::debt_codec> shared_codec() { return kafka::make_json_codec(); }

actors::supervisor_actor start_supervisor(caf::actor_system& system, const config& options,
                                          const cast& running) {
  actors::supervisor_options supervisor;
  supervisor.give_up = give_up;
  // Both clients block while they poll: a thread each.
  supervisor.launch_publisher = [&system, options, seen = running.seen] {
    actors::publisher_options publisher;
    publisher.seen = seen;
    publisher.make_sink = [options] { return kafka::make_record_sink(options.kafka); };
    // All chunks of all uploads, and a look of RELAY.
    publisher.max_waiting += options.api.max_uploads * actors::parser_options{}.max_chunks;
    return system.spawn<caf::detached>(actors::publisher, std::move(publisher));
  };
  if (running.pool)
    supervisor.launch_consumer = [&system, options, running] {
      return launch_consumer(system, options, running);
    };
  if (running.mail_pool)
    supervisor.launch_mail_consumer = [&system, options, running] {
      return launch_mail_consumer(system, options, running);
    };
  return system.spawn(actors::supervisor, std::move(supervisor));
}

/// STOREs block on their queries: a thread each.
actors::store_pool_actor start_stores(caf::actor_system& system, const config& options,
                                      cast& running, std::string name, int count) {
  actors::store_options store;
  store.make_store = [options] { return persistence::make_debt_store(options.postgres); };
  store.codec = shared_codec();
  store.publisher = running.supervisor;
  store.seen = running.seen;
  actors::store_pool_options pool;
  pool.name = std::move(name);
  for (int i = 0; i < count; ++i)
    pool.stores.push_back(system.spawn<caf::detached>(
        actors::store, static_cast<int>(running.stores.size()) + i, store));
  running.stores.insert(running.stores.end(), pool.stores.begin(), pool.stores.end());
  // All chunks of all uploads, and the HTTP threads.
  pool.max_waiting =
      options.api.max_uploads * actors::parser_options{}.max_chunks + options.api.threads;
  return system.spawn(actors::store_pool, std::move(pool));
}

/// Waits for its calls and its queries: a thread of its own.
void start_webhook(caf::actor_system& system, const config& options, cast& running) {
  if (options.webhooks.url.empty())
    return;
  actors::webhook_options webhook;
  webhook.make_store = [options] {
    return persistence::make_webhook_store(options.postgres, options.webhooks.url);
  };
  webhook.make_caller = [options] { return services::make_webhook_caller(options.webhooks); };
  webhook.time = &domain::system_clock();
  running.webhook = system.spawn<caf::detached>(actors::webhook, std::move(webhook));
}

/// One is enough: what waits while it blocks goes with its next query.
void start_finder(caf::actor_system& system, const config& options, cast& running) {
  actors::finder_options finder;
  finder.make_store = [options] { return persistence::make_debt_store(options.postgres); };
  finder.seen = running.seen;
  running.finder = system.spawn<caf::detached>(actors::finder, std::move(finder));
}

void start_front(caf::actor_system& system, const config& options, cast& running) {
  {
    const quick_turns for_requests;
    start_finder(system, options, running);
    running.store_pool = start_stores(system, options, running, "stores", store_count);
  }
  running.long_store_pool = start_stores(system, options, running, "lists", long_store_count);
  actors::access_options access;
  // It fails before its sender gives up and sends again: a change is noted once.
  access.make_store = [database = options.postgres]() mutable {
    database.statement_timeout = database.lock_timeout = std::chrono::seconds{2};
    database.answer_timeout = std::chrono::seconds{3};
    return persistence::make_access_store(database);
  };
  access.seen = running.seen;
  running.access = system.spawn<caf::detached>(actors::access, std::move(access));
  actors::front_options front;
  front.codec = shared_codec();
  front.publisher = running.supervisor;
  front.store = running.store_pool;
  front.long_store = running.long_store_pool;
  start_webhook(system, options, running);
  if (running.webhook)
    front.webhook = running.webhook;
  front.access = running.access;
  front.seen = running.seen;
  front.policy = options.validation;
  front.parser.chunk_size = options.chunk_size;
  front.max_uploads = options.api.max_uploads;
  front.timeouts = timeouts_of(options);
  running.front = system.spawn(actors::front, std::move(front));
}

/// Appends the handles that are there.
template <class Handle, class... Handles>
void append(std::vector<Handle>& out, const Handles&... handles) {
  ((handles ? out.push_back(caf::actor_cast<Handle>(handles)) : void()), ...);
}

} // namespace

std::vector<caf::actor> cast::all() const {
  std::vector<caf::actor> out;
  append(out, supervisor, outbox_relay, retention, pool, mail_pool, front, finder, store_pool,
         long_store_pool, webhook, access);
  for (const auto& store : stores)
    append(out, store);
  return out;
}

std::vector<actors::pulsing_actor> cast::chiefs() const {
  std::vector<actors::pulsing_actor> out;
  append(out, supervisor, pool, mail_pool, front);
  return out;
}

actors::timeouts timeouts_of(const config& options) {
  actors::timeouts out;
  out.publish = options.kafka.publish_timeout;
  return out;
}

void give_up(const std::string& reason) {
  telemetry::log_error("process gives up", {{"error", reason}});
  ::_exit(exit_given_up);
}

cast start_actors(caf::actor_system& system, const config& options) {
  cast actors;
  actors.seen = std::make_shared<domain::availability>(telemetry::report_availability);
  using domain::settle_part;
  if (options.role != role::api) {
    const bool paced = options.delivery == mail_delivery::paced;
    actors.pool =
        start_pool(system, options, actors.seen, paced ? settle_part::slips : settle_part::whole);
    actors.pace = make_pace(options);
    actors.mail_pool = start_pool(system, options, actors.seen, settle_part::mails, actors.pace);
  }
  actors.supervisor = start_supervisor(system, options, actors);
  if (options.role != role::worker)
    start_front(system, options, actors);
  return actors;
}

void start_work(caf::actor_system& system, const config& options, cast& actors) {
  actors::outbox_relay_options outbox_relay;
  outbox_relay.make_store = [options] { return persistence::make_debt_store(options.postgres); };
  outbox_relay.codec = shared_codec();
  outbox_relay.publisher = actors.supervisor;
  outbox_relay.seen = actors.seen;
  outbox_relay.requires_synchronous = options.requires_synchronous;
  outbox_relay.timeouts = timeouts_of(options);
  if (actors.pace && options.delivery == mail_delivery::paced)
    outbox_relay.mail_speed = [pace = actors.pace, schedule = options.mail_schedule] {
      const auto now = pace->view();
      return domain::mail_speed{now.rate, now.allowed, std::string{domain::to_string(now.limit)},
                                now.until, schedule};
    };
  actors.outbox_relay = system.spawn<caf::detached>(actors::outbox_relay, std::move(outbox_relay));
  if (options.retention_days > 0) {
    actors::retention_options retention;
    retention.make_store = [options] {
      return persistence::make_retention_store(options.postgres);
    };
    retention.keep = std::chrono::days{options.retention_days};
    actors.retention = system.spawn<caf::detached>(actors::retention, std::move(retention));
  }
  if (actors.webhook)
    caf::anon_send(actors.webhook, actors::start_webhooks{});
  if (actors.pool)
    for (auto child : {actors::supervised::consumer, actors::supervised::mail_consumer})
      caf::anon_send(actors.supervisor, actors::restart_child{child});
}

} // namespace bankslip::app
