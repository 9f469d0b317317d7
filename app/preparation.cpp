#include "app/preparation.hpp"

#include <chrono>
#include <iostream>

#include <unistd.h>

#include "app/check.hpp"
#include "domain/error.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::app {

namespace {

using namespace std::chrono_literals;

/// A look for schema and topics: connecting to what is away takes time-outs of both.
constexpr std::chrono::seconds longest_turn{60};

constexpr domain::dependency schema{domain::dependency_kind::schema};
constexpr domain::dependency topics{domain::dependency_kind::topics};

/// Whether e-mails are left to a mail stage, and here.
bool has_mail_stage(const config& options) {
  return options.role != role::api && options.delivery == mail_delivery::paced;
}

/// The mail stage's position is part of what must stand before any e-mail is left to it.
caf::error topics_error(const config& options) {
  auto err = kafka::ensure_topics(options.kafka, 5s);
  if (err || !has_mail_stage(options))
    return err;
  return kafka::prepare_mail_group(options.kafka, 5s);
}

caf::error schema_error(const config& options) {
  if (const auto applied = persistence::migrate(options.postgres); !applied)
    return applied.error();
  if (!options.requires_synchronous)
    return {};
  const auto state = persistence::make_debt_store(options.postgres)->replication();
  if (!state)
    return state.error();
  if (const auto fault = fault_of_replication(options, *state); !fault.empty()) {
    std::cerr << "bankslip: " << fault << '\n';
    ::_exit(exit_bad_options);
  }
  return {};
}

/// Kafka must not delete records before their e-mails are out.
void look_at_retention(const config& options) {
  if (!has_mail_stage(options))
    return;
  const auto kept = kafka::read_mail_retention(options.kafka, 2s);
  if (!kept)
    return telemetry::log_warn("nobody tells how long records are kept",
                               {{"error", domain::text_of(kept.error())}});
  telemetry::set_mail_retention(kept->kept);
  if (const auto fault = kept->fault(options.mail_rate); !fault.empty())
    telemetry::log_warn("records may be deleted before their e-mails are out",
                        {{"topic", options.kafka.topic}, {"reason", fault}});
}

bool done(domain::availability& seen, domain::dependency what, const caf::error& reason) {
  seen.report(what, reason ? domain::text_of(reason) : "");
  if (reason)
    telemetry::log_warn(
        "not ready", {{"dependency", domain::to_string(what)}, {"error", domain::text_of(reason)}});
  return !reason;
}

} // namespace

void await_preparation(domain::availability& seen) {
  for (auto what : {schema, topics})
    seen.is_away(what, "not seen yet");
}

bool prepare(const config& options, domain::availability& seen, const stop_signals& signals,
             service_manager& manager) {
  bool migrated = false;
  bool created = false;
  for (;;) {
    migrated = migrated || done(seen, schema, schema_error(options));
    created = created || done(seen, topics, topics_error(options));
    if (migrated && created) {
      look_at_retention(options);
      return true;
    }
    manager.starting(migrated ? "topics" : "schema", longest_turn);
    if (signals.wait(1s))
      return false;
  }
}

} // namespace bankslip::app
