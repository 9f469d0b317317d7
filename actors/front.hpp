#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include <caf/actor_addr.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/parser.hpp"
#include "actors/protocol.hpp"
#include "domain/availability.hpp"
#include "telemetry/actor_board.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::actors {

/// Settings of FRONT.
struct front_options {
  parser_options parser;
  std::shared_ptr<const domain::debt_codec> codec;
  publishing_actor publisher;
  /// Says which rows of files are let in.
  domain::validation_policy policy;
  /// Does whatever needs the database.
  storing_actor store;
  /// Tells events; invalid where nobody wants them.
  telling_actor webhook;
  /// Does what may take seconds, so that nothing quick waits behind it; `store` where
  /// it is left out.
  storing_actor long_store;
  /// Keeps the audit and the sessions.
  access_actor access;
  /// Asked before an upload is taken that could not be published or stored.
  std::shared_ptr<const domain::availability> seen = std::make_shared<domain::availability>();
  /// Uploads open at a time; each holds memory for `parser.max_chunks` chunks.
  std::size_t max_uploads = 16;
  actors::timeouts timeouts;
};

/// State of FRONT.
struct front_state {
  static inline const char* name = "front";

  front_options options;
  /// Uploads asked for whose parser is not there yet.
  std::size_t opening = 0;
  struct open {
    std::int64_t upload_id = 0;
    parser_actor parser;
    /// As last told by its PARSER.
    domain::upload_totals totals;
  };
  std::map<caf::actor_addr, open> uploads;
  std::vector<caf::typed_response_promise<drained>> drains;
  telemetry::link_share link{"upload"};
  telemetry::actor_entry board{"front", "front"};

  /// Totals so far of the open uploads, by id.
  std::map<std::int64_t, domain::upload_totals> progress() const;
  void show();
};

/// Behavior of FRONT. Runs scheduled, for as long as the process.
front_actor::behavior_type front(front_actor::stateful_pointer<front_state> self,
                                 front_options options);

} // namespace bankslip::actors
