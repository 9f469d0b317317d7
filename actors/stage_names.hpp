#pragma once

#include <string_view>

#include "domain/availability.hpp"
#include "domain/settlement/settler.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::actors {

/// Names of a stage of settling and of its actors, by which they are seen. The stage that all
/// records come to first and the mail stage behind it have the same actors; only these differ.
struct stage_names {
  /// On the board.
  std::string_view consumer;
  std::string_view pool;
  std::string_view worker;
  /// Links and queues in metrics: CONSUMER's and POOL's.
  std::string_view lanes;
  std::string_view jobs;
  telemetry::lanes_of figures;
  /// Kinds of what may be away: the membership in the group, a lane, a partition's records.
  domain::dependency_kind membership;
  domain::dependency_kind lane;
  domain::dependency_kind records;
};

inline constexpr stage_names first_stage{
    .consumer = "consumer",
    .pool = "pool",
    .worker = "worker",
    .lanes = "lanes",
    .jobs = "pool",
    .figures = telemetry::lanes_of::records,
    .membership = domain::dependency_kind::consumer,
    .lane = domain::dependency_kind::lane,
    .records = domain::dependency_kind::records,
};

inline constexpr stage_names mail_stage{
    .consumer = "mail consumer",
    .pool = "mail pool",
    .worker = "mail worker",
    .lanes = "mail_lanes",
    .jobs = "mail_pool",
    .figures = telemetry::lanes_of::mails,
    .membership = domain::dependency_kind::mail_consumer,
    .lane = domain::dependency_kind::mail_lane,
    .records = domain::dependency_kind::mail_records,
};

/// Names of the stage that does this part of settling.
constexpr const stage_names& names_of(domain::settle_part part) noexcept {
  return part == domain::settle_part::mails ? mail_stage : first_stage;
}

} // namespace bankslip::actors
