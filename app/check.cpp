#include "app/check.hpp"

#include <chrono>
#include <iomanip>

#include "domain/error.hpp"

namespace bankslip::app {

namespace {

using namespace std::chrono_literals;

/// A broker that is there answers at once.
constexpr auto patience = 5s;

/// The lines, and whether one of them is a fault.
class findings {
public:
  explicit findings(std::ostream& out) : out_{out} {}

  void good(std::string_view what, const std::string& text) { line("ok", what, text); }
  /// It does not keep the server from starting.
  void note(std::string_view what, const std::string& text) { line("note", what, text); }
  void fault(std::string_view what, const std::string& text) {
    line("fail", what, text);
    status_ = 1;
  }
  int status() const { return status_; }

private:
  void line(std::string_view verdict, std::string_view what, const std::string& text) {
    out_ << std::left << std::setw(6) << verdict << std::setw(12) << what << text << std::endl;
  }

  std::ostream& out_;
  int status_ = 0;
};

std::string count(int n, const std::string& thing) {
  return std::to_string(n) + ' ' + thing + (n == 1 ? "" : "s");
}

std::string address_of(const http::listen_options& listen) {
  return listen.host + ':' + std::to_string(listen.port);
}

void check_settings(const config& c, findings& found) {
  if (const auto fault = fault_of_rooms(c); !fault.empty())
    return found.fault("settings", fault);
  std::string text = "admin on " + address_of(c.admin);
  if (c.role != role::worker)
    text = "API on " + address_of(c.api.listen) + ", " + text;
  found.good("settings", text);
  if (c.role != role::api)
    found.good("services", std::string{"boleto "}
                               + (c.services.boleto_url.empty() ? "built-in" : "by HTTP")
                               + ", e-mail "
                               + (c.services.email_url.empty() ? "built-in: none really goes out"
                                  : c.services.email_url.starts_with("smtp") ? "by SMTP"
                                                                             : "by HTTP"));
}

void check_keys(const config& c, findings& found) {
  if (c.role == role::worker)
    return;
  if (!c.auth)
    return found.note("keys", "AUTH=off: whoever reaches the API may do everything");
  if (c.api_keys_file.empty())
    return found.note("keys", "none: the API listens on a loopback address only");
  http::key_ring keys{c.api_keys_file};
  if (const auto fault = keys.load(); !fault.empty())
    return found.fault("keys", fault);
  found.good("keys", count(static_cast<int>(keys.size()), "key") + " in " + c.api_keys_file);
}

void check_replication(const config& c, findings& found) {
  const auto state = persistence::make_debt_store(c.postgres)->replication();
  if (!state)
    return found.fault("replication", domain::text_of(state.error()));
  if (state->is_synchronous())
    return found.good("replication", state->text());
  if (const auto fault = fault_of_replication(c, *state); !fault.empty())
    return found.fault("replication", fault);
  found.note("replication", state->text() + "; what a commit wrote may be lost with its server");
}

void check_database(const config& c, findings& found) {
  const auto& p = c.postgres;
  const auto state = persistence::inspect_schema(p);
  if (!state)
    return found.fault("database", domain::text_of(state.error()));
  const auto where = p.database + " on " + p.host + ':' + p.port;
  if (!state->exists)
    return found.note("database", where + " is not there; migrate or serve creates it");
  found.good("database", where + ", PostgreSQL " + state->server_version);
  check_replication(c, found);
  if (state->pending > 0)
    return found.note("migrations", count(state->pending, "migration")
                                        + " to apply, which migrate or serve does");
  found.good("migrations", std::to_string(state->applied) + " applied"
                               + (state->unknown > 0 ? ", " + std::to_string(state->unknown)
                                                           + " of them by a newer version"
                                                     : ""));
}

void check_kafka(const config& c, findings& found) {
  const auto state = kafka::inspect_topics(c.kafka, patience);
  if (!state)
    return found.fault("kafka", domain::text_of(state.error()));
  found.good("kafka", count(state->brokers, "broker") + " by way of " + c.kafka.bootstrap_servers);
  for (const auto& topic : state->topics) {
    if (topic.partitions > 0)
      found.good("topic", topic.name + ": " + count(topic.partitions, "partition") + ", "
                              + count(topic.replicas, "replica"));
    else if (topic.refusal.empty())
      found.note("topic", topic.name + " is not there; serve creates it");
    else
      found.fault("topic", topic.name + " is not there and cannot be made: " + topic.refusal);
  }
}

void check_retention(const config& c, findings& found) {
  if (c.role == role::api || c.delivery != mail_delivery::paced)
    return;
  const auto kept = kafka::read_mail_retention(c.kafka, patience);
  if (!kept)
    return found.note("retention", domain::text_of(kept.error()));
  if (const auto fault = kept->fault(c.mail_rate); !fault.empty())
    return found.note("retention", fault);
  const auto hours = std::chrono::floor<std::chrono::hours>(kept->kept).count();
  found.good("retention", (hours > 0 ? "records are kept for " + std::to_string(hours) + " h, "
                                     : std::string{"records are kept for ever, "})
                              + std::to_string(kept->waiting) + " e-mails wait");
}

} // namespace

std::string fault_of_rooms(const config& options) {
  if (auto err = kafka::check_options(options.kafka))
    return domain::message_of(err);
  if (auto err = persistence::check_options(options.postgres))
    return "POSTGRES_OPTIONS: " + domain::message_of(err);
  if (auto err = services::check_options(options.services))
    return domain::message_of(err);
  if (auto err = services::check_options(options.webhooks))
    return domain::message_of(err);
  return {};
}

std::string fault_of_replication(const config& options, const domain::replication_state& state) {
  if (!options.requires_synchronous || state.is_synchronous())
    return {};
  return "POSTGRES_REQUIRE_SYNC=on: no commit waits for a synchronous standby (" + state.text()
         + ")";
}

int check(const config& options, std::ostream& out) {
  findings found{out};
  check_settings(options, found);
  check_keys(options, found);
  check_database(options, found);
  check_kafka(options, found);
  check_retention(options, found);
  return found.status();
}

} // namespace bankslip::app
