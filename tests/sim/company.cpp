#include "tests/sim/company.hpp"

#include <stdexcept>

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/consumer.hpp"
#include "actors/front.hpp"
#include "actors/outbox_relay.hpp"
#include "actors/pool.hpp"
#include "actors/publisher.hpp"
#include "actors/store.hpp"
#include "actors/store_pool.hpp"
#include "actors/supervisor.hpp"
#include "actors/worker.hpp"

namespace bankslip::sim {

using namespace std::chrono_literals;

namespace {

/// A killed process says nothing.
caf::error swallow(std::exception_ptr&) { return caf::exit_reason::kill; }

/// Says no at times, and hands out part of what is asked for.
class moody_leave final : public domain::mail_leave {
public:
  explicit moody_leave(std::function<bool()> mood) : mood_{std::move(mood)} {}
  domain::pace_grant take(std::size_t wanted) override {
    std::size_t count = 0;
    while (count < wanted && mood_())
      ++count;
    return {count, count == 0 ? 300ms : 0ms};
  }
  millis take_domain(std::string_view) override { return mood_() ? 0ms : 300ms; }
  void release(std::size_t) override {}
  std::chrono::nanoseconds start() override { return mood_() ? 0s : 1s; }
  void ended(time_point, std::optional<millis>) override {}

private:
  std::function<bool()> mood_;
};

/// A minute of a history is long.
actors::timeouts impatient() {
  actors::timeouts out;
  out.publish = 3s;
  out.margin = 1s;
  out.publish_at_once = 3s;
  out.store = 3s;
  out.upload_idle = 20s;
  return out;
}

} // namespace

company::company(caf::actor_system& system, conductor& turns, fake::world& w, const setting& s)
    : system_{system}, turns_{turns}, world_{w}, setting_{s} {
  body_.process = w.start_process();
  using domain::settle_part;
  w.note("process " + std::to_string(body_.process->id) + " starts"
         + (s.paced ? ", its mails are paced" : ""));
  if (s.mail_rate > 0)
    pace_ =
        std::make_shared<domain::mail_pace>(domain::pace_options{s.mail_rate, 0, {}, {}}, w.time);
  if (s.paced)
    prepare_mails(s.planted, w.kafka);
  pool_ = start_pool(s.paced ? settle_part::slips : settle_part::whole);
  mail_pool_ = start_pool(settle_part::mails);
  start_supervisor();
  start_front();
  start_outbox_relay();
  caf::anon_send(supervisor_, actors::restart_child{actors::supervised::consumer});
  if (s.planted != bug::mode_switch_forgets || s.paced)
    caf::anon_send(supervisor_, actors::restart_child{actors::supervised::mail_consumer});
}

template <class Handle>
Handle company::owned(Handle h, bool blocks) {
  turns_.own(h->id(), &body_, blocks);
  all_.push_back(caf::actor_cast<caf::actor>(h));
  return h;
}

void company::must_live() const {
  if (!alive())
    throw std::runtime_error{"the process is dead"};
}

void company::kill() {
  world_.note("process " + std::to_string(body_.process->id) + " is killed");
  body_.frozen = false;
  world_.kill(*body_.process);
  for (const auto& a : all_)
    caf::anon_send_exit(a, caf::exit_reason::kill);
}

// The order of the program's own way down.
void company::stop() {
  world_.note("process " + std::to_string(body_.process->id) + " is told to stop");
  stopping_ = true;
  caf::anon_send(front_, actors::drain{});
  caf::anon_send(front_, actors::abort_uploads{});
  caf::anon_send(pool_, actors::drain{});
  caf::anon_send(mail_pool_, actors::drain{});
  caf::anon_send(supervisor_, actors::drain{});
}

actors::launched_worker company::launch_worker(std::size_t slot, actors::pool_actor pool,
                                               domain::settle_part part) {
  must_live();
  std::shared_ptr<domain::settlement_store> store =
      spoil(setting_.planted, world_, world_.db.settlement_store(body_.process));
  actors::worker_ports ports;
  ports.store = store;
  ports.boletos = world_.slips.service(body_.process);
  ports.emails = spoil(setting_.planted, world_.mail.service(body_.process));
  ports.codec = codec_;
  ports.time = &world_.time;
  if (part == domain::settle_part::mails && pace_)
    ports.leave =
        audited(body_.process->id, spoil(setting_.planted, pace_), setting_.audit, world_.time);
  else if (part == domain::settle_part::mails && setting_.gives_leave)
    ports.leave = std::make_shared<moody_leave>(setting_.gives_leave);
  auto settling = setting_.settling;
  settling.part = part;
  actors::launched_worker out;
  out.handle = owned(
      system_.spawn(actors::worker, slot, std::move(pool), std::move(ports), settling, 0), true);
  out.interrupt = [weak = std::weak_ptr{store}] {
    if (auto alive = weak.lock())
      alive->interrupt();
  };
  return out;
}

actors::pool_actor company::start_pool(domain::settle_part part) {
  actors::pool_options options;
  options.stage = &actors::names_of(part);
  options.workers = setting_.workers;
  options.launch = [this, part](std::size_t slot, actors::pool_actor pool) {
    return launch_worker(slot, std::move(pool), part);
  };
  options.give_up = [this](const std::string& reason) { given_up_ = reason; };
  options.time = &world_.time;
  options.seen = seen_;
  options.jitter_seed = setting_.jitter_seed;
  return owned(system_.spawn(actors::pool, std::move(options)));
}

actors::consumer_actor company::launch_consumer(actors::pool_actor pool, bool mails) {
  must_live();
  actors::consumer_options consumer;
  consumer.stage = mails ? &actors::mail_stage : &actors::first_stage;
  consumer.make_source = [this, mails] {
    return mails ? spoiled_mail_source(setting_.planted, world_.kafka, body_.process)
                 : spoil(setting_.planted, world_.kafka.source(body_.process));
  };
  if (mails && pace_)
    consumer.tell_share = [pace = pace_, all = world_.kafka.log.size()](
                              std::size_t owned, std::size_t) { pace->share(owned, all); };
  consumer.seen = seen_;
  consumer.time = &world_.time;
  consumer.max_batches = setting_.workers;
  consumer.limits.rows = setting_.max_rows;
  consumer.busy_wait = consumer.idle_wait = 0ms;
  consumer.poll_pause = 250ms;
  return owned(system_.spawn(
      [pool](actors::consumer_actor::stateful_pointer<actors::consumer_state> self,
             const actors::consumer_options& given) {
        self->set_exception_handler(swallow);
        return actors::consumer(self, given, pool);
      },
      consumer));
}

void company::start_supervisor() {
  actors::supervisor_options options;
  options.max_deaths = 1'000'000;
  options.give_up = [this](const std::string& reason) { given_up_ = reason; };
  options.launch_publisher = [this] {
    must_live();
    actors::publisher_options publisher;
    publisher.make_sink = [this] {
      return spoil(setting_.planted, world_.kafka.sink(body_.process));
    };
    publisher.seen = seen_;
    publisher.poll_wait = 0ms;
    publisher.poll_pause = 20ms;
    return owned(system_.spawn(
        [](actors::publisher_actor::stateful_pointer<actors::publisher_state> self,
           const actors::publisher_options& given) {
          self->set_exception_handler(swallow);
          return actors::publisher(self, given);
        },
        publisher));
  };
  auto pool = pool_;
  if (setting_.planted == bug::credit_not_returned)
    pool = owned(system_.spawn(lossy_pool, pool_));
  options.launch_consumer = [this, pool] { return launch_consumer(pool, false); };
  options.launch_mail_consumer = [this] { return launch_consumer(mail_pool_, true); };
  supervisor_ = owned(system_.spawn(actors::supervisor, std::move(options)));
}

void company::start_front() {
  actors::front_options options;
  options.codec = codec_;
  options.publisher = supervisor_;
  options.seen = seen_;
  options.parser.chunk_size = setting_.chunk_size;
  options.parser.max_chunks = 2;
  options.timeouts = impatient();
  actors::store_pool_options stores;
  stores.time = &world_.time;
  for (int number = 0; number < 2; ++number) {
    actors::store_options store;
    store.make_store = [this] {
      return spoil(setting_.planted, world_, world_.db.debt_store(body_.process));
    };
    store.codec = codec_;
    store.publisher = supervisor_;
    store.seen = seen_;
    store.timeouts = impatient();
    stores.stores.push_back(
        owned(system_.spawn(
                  [number](actors::store_actor::stateful_pointer<actors::store_state> self,
                           const actors::store_options& given) {
                    self->set_exception_handler(swallow);
                    return actors::store(self, number, given);
                  },
                  store),
              true));
  }
  options.store = owned(system_.spawn(actors::store_pool, std::move(stores)));
  front_ = owned(system_.spawn(actors::front, std::move(options)));
}

void company::start_outbox_relay() {
  actors::outbox_relay_options options;
  options.make_store = [this] {
    return spoil(setting_.planted, world_, world_.db.debt_store(body_.process));
  };
  options.codec = codec_;
  options.publisher = supervisor_;
  options.seen = seen_;
  options.timeouts = impatient();
  owned(system_.spawn(
            [](actors::outbox_relay_actor::stateful_pointer<actors::outbox_relay_state> self,
               const actors::outbox_relay_options& given) {
              self->set_exception_handler(swallow);
              return actors::outbox_relay(self, given);
            },
            options),
        true);
}

} // namespace bankslip::sim
