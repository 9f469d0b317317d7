#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/protocol.hpp"
#include "actors/timeouts.hpp"
#include "domain/csv/row_cutter.hpp"
#include "domain/ports.hpp"
#include "domain/validation_policy.hpp"
#include "telemetry/actor_board.hpp"

namespace bankslip::actors {

/// Is shared by all chunks of an upload. Immutable.
struct chunk_setup {
  std::int64_t upload_id = 0;
  /// The client's trace; empty for none.
  std::string trace;
  domain::csv_dialect dialect;
  domain::file_form form;
  domain::validation_policy policy;
  std::shared_ptr<const domain::debt_codec> codec;
  publishing_actor publisher;
  storing_actor store;
  actors::timeouts timeouts;
};

/// Most rejected rows that a report carries.
constexpr std::size_t max_reported_failures = 1000;

/// The rows of a chunk, serialised, or rejected with what they were in the file.
struct parsed_chunk {
  std::shared_ptr<domain::outbound_batch> batch;
  std::vector<domain::row_problem> problems;
};

/// Validates and serialises the rows of a chunk. A pure function, called on any thread.
parsed_chunk parse_rows(const domain::csv_chunk& chunk, const chunk_setup& setup);

/// State of CHUNK.
struct chunk_state {
  static inline const char* name = "chunk";
  chunk_report report;
  int outstanding = 0;
  caf::error failure;
  std::optional<telemetry::actor_entry> board;
};

/// Behavior of CHUNK. Ends itself after its one request.
chunk_actor::behavior_type chunk(chunk_actor::stateful_pointer<chunk_state> self,
                                 std::shared_ptr<const chunk_setup> setup);

} // namespace bankslip::actors
