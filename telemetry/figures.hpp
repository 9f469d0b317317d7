#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "domain/time.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::telemetry {

/// Used and free places of a bounded link.
struct link_figures {
  std::int64_t in_flight = 0;
  std::int64_t credit = 0;
};

/// How the e-mails of a process go, in their stage.
struct mail_figures {
  /// E-mails a second that went, and that may go; 0: nobody says.
  std::int64_t rate = 0;
  std::int64_t allowed = 0;
  /// Label of bankslip_mail_limit.
  std::string limit;
  /// Records that the stage has not settled.
  std::int64_t lag = 0;
};

/// Tells somebody who watches the process what it does: the metrics as they stand, and
/// how fast the counters have risen over the last seconds.
struct process_figures {
  domain::utc_time started_at{};
  /// Rows a second: accepted, generated, emailed, failed.
  std::map<std::string, std::int64_t> rates;
  /// Mean time of a batch by stage, in microseconds; 0 where there was none.
  std::map<std::string, std::int64_t> stage_us;
  /// By partition; empty where nothing is consumed.
  std::map<std::int32_t, lane_figures> lanes;
  std::map<std::string, link_figures> links;
  std::map<std::string, std::int64_t> queues;
  std::map<std::string, std::int64_t> restarts;
  /// By service, whether its breaker is open.
  std::map<std::string, bool> breakers;
  /// Empty where the mail stage has no partition.
  std::optional<mail_figures> mail;
};

/// Reads all of it. Rates are 0 at the first look after a while, when there is nothing
/// to compare with. Thread-safe.
process_figures read_figures();

} // namespace bankslip::telemetry
