#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <caf/error.hpp>
#include <caf/expected.hpp>

#include "domain/webhooks.hpp"

/// Ports that webhooks are delivered with; see `domain/ports.hpp` for what holds for all ports.
namespace bankslip::domain {

/// A page of deliveries, the newest first.
struct delivery_page {
  int limit = 50;
  /// Leaves out ids from this one on; 0 begins with the newest.
  std::int64_t after = 0;
  /// Only those in this state.
  std::optional<delivery_state> state;
};

/// Events that wait, over all processes.
struct webhook_backlog {
  /// At most 10,000 are counted.
  std::int64_t pending = 0;
  /// Age of the oldest; 0 when there is none.
  std::chrono::milliseconds oldest_age{0};
  /// The endpoint has said 410.
  bool stopped = false;
};

/// The events of one endpoint in the database. Each call is its own transaction.
/// One thread.
class webhook_store {
public:
  virtual ~webhook_store() = default;

  /// Takes up to `limit` events that are due and not claimed, for `claim`; none while
  /// the endpoint is stopped. Whoever dies with one leaves it to others.
  virtual caf::expected<std::vector<webhook_event>> claim(int limit,
                                                          std::chrono::milliseconds claim) = 0;
  /// Stores a try that has ended now, and what follows from it. An event that is
  /// delivered meanwhile stays so.
  virtual caf::error finish(const webhook_answer& answer, const webhook_verdict& verdict) = 0;

  /// Stops claiming for this endpoint until `resume` or a resend.
  virtual caf::error stop() = 0;
  virtual caf::error resume() = 0;

  virtual caf::expected<std::vector<webhook_delivery>> list(const delivery_page& page) = 0;
  /// Begins the next round of tries with one that is due now, and resumes the endpoint.
  /// `not_found`.
  virtual caf::error resend(std::int64_t id) = 0;
  virtual caf::expected<webhook_backlog> backlog() = 0;
};

/// Makes signed calls to the endpoint, several at once. One thread.
class webhook_caller {
public:
  virtual ~webhook_caller() = default;

  /// Calls that may be started now.
  virtual std::size_t places() const = 0;
  /// Begins a call that is given up after `longest`. Needs a place.
  virtual void start(const webhook_event& event, std::chrono::milliseconds longest) = 0;
  /// Waits until calls have ended, at most `max_wait`; the answers of these.
  virtual std::vector<webhook_answer> poll(std::chrono::milliseconds max_wait) = 0;
  virtual std::size_t in_flight() const = 0;
};

} // namespace bankslip::domain
