#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <caf/expected.hpp>

/// Boleto and e-mail services for tests and demonstrations: two HTTP servers
/// with a durable ledger of every call and faults that can be set while they
/// run. The calls they answer are described in docs/SERVICES.md.
namespace bankslip::mocks {

struct mock_options {
  std::string host = "127.0.0.1";
  /// 0: any free port.
  int boleto_port = 8101;
  int email_port = 8102;
  /// Append-only file with a line for each call; read again at the start.
  /// The boleto server adds ".boleto" to the name, the e-mail server ".email".
  std::string ledger = "mock-ledger";
  /// Latency of an answer, drawn evenly between both.
  std::chrono::milliseconds latency_min{0};
  std::chrono::milliseconds latency_max{0};
  /// How long the e-mail server remembers a key; later the same key counts as
  /// a second e-mail. Zero: for ever.
  std::chrono::seconds email_window{15 * 60};
  /// The same for slips.
  std::chrono::seconds boleto_window{0};
  /// E-mails taken in each second of the clock; the others get 429. Zero: all.
  std::uint64_t email_rate = 0;
  /// Seed of all random choices.
  std::uint64_t seed = 1;
  /// The faults that both begin with, as PUT /faults takes them; empty: none.
  std::string faults;
};

/// Both servers with their thread. Stops when it is destroyed.
class mock_services {
public:
  virtual ~mock_services() = default;
  virtual int boleto_port() const = 0;
  virtual int email_port() const = 0;
  /// Closes listeners and connections; returns when the thread has ended.
  virtual void stop() = 0;
};

/// `invalid_input` when a port or the ledger cannot be used.
caf::expected<std::unique_ptr<mock_services>> start_mock_services(const mock_options& options);

/// Runs both until SIGINT or SIGTERM. Answers the exit status.
int run_mock_services(const mock_options& options);

} // namespace bankslip::mocks
