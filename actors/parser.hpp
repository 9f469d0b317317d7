#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/chunk.hpp"
#include "actors/protocol.hpp"
#include "domain/credit_window.hpp"
#include "domain/csv/row_cutter.hpp"
#include "telemetry/actor_board.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::actors {

/// Settings of PARSER.
struct parser_options {
  /// Rows of a chunk.
  std::size_t chunk_size = 1000;
  /// Chunks under way; more of them keep the cores and the broker busier, each
  /// holds about 400 KiB.
  std::size_t max_chunks = 24;
  /// Told of the totals so far, with each chunk's report; may be empty.
  upload_watcher_actor watcher;
  /// How the file's characters are written, where no byte order mark tells.
  domain::text_encoding encoding = domain::text_encoding::utf_8;
};

/// State of PARSER. Runs scheduled.
struct parser_state {
  static inline const char* name = "parser";

  parser_options options;
  /// Its `dialect` is filled in when the header was read.
  chunk_setup setup;
  std::shared_ptr<const chunk_setup> shared_setup;
  std::optional<domain::row_cutter> cutter;
  std::optional<domain::credit_window> credit;
  /// Cut, but not yet under way for lack of credit.
  std::deque<domain::csv_chunk> ready;
  /// The block whose credit is withheld.
  std::optional<caf::typed_response_promise<block_accepted>> withheld;
  std::optional<caf::typed_response_promise<upload_report>> finishing;
  domain::upload_totals totals;
  /// By row; cut to the first `max_reported_failures`.
  std::vector<failed_row> failed_rows;
  bool truncated = false;
  caf::error failure;
  /// Code of the failure; empty: the name of its error.
  std::string failure_code;
  /// The totals are on their way to the database, then there.
  bool closing = false;
  bool closed = false;
  /// The sender wants no more answers.
  bool dismissed = false;
  /// Something came since the last look.
  bool active = true;
  telemetry::link_share link{"chunks"};
  std::optional<telemetry::actor_entry> board;

  void show();
  void add(chunk_report& report);
  bool settled() const { return ready.empty() && credit->in_flight() == 0; }
};

/// Behavior of PARSER for upload `setup.upload_id`.
parser_actor::behavior_type parser(parser_actor::stateful_pointer<parser_state> self,
                                   parser_options options, chunk_setup setup);

} // namespace bankslip::actors
