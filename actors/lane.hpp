#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "domain/record_ports.hpp"
#include "domain/records.hpp"
#include "domain/settlement/offset_ledger.hpp"

namespace bankslip::actors {

/// A batch ends at so many records or bytes.
struct batch_limits {
  std::size_t rows = 14000;
  std::size_t bytes = 11 * 256 * 1024;
};

/// One assigned partition: gathers its records into batches, which come one after the other,
/// and knows how far they are settled. Belongs to CONSUMER.
struct lane {
  std::uint64_t epoch = 0;
  /// Full batches that wait for their turn.
  std::deque<domain::inbound_batch_ptr> ready;
  std::shared_ptr<domain::inbound_batch> filling;
  domain::offset_ledger ledger;
  /// Every record below it was received; -1 before the partition's end was seen.
  std::int64_t position = -1;
  /// Why its partition cannot be read on; empty: it can.
  std::string stopped;
  /// When it last sent a batch, as a number that rises with each.
  std::uint64_t turn = 0;
  bool in_flight = false;
  bool paused = false;

  /// Returns the batch that takes the next record, whose key and value have `bytes`.
  domain::inbound_batch& open_batch(std::int32_t partition, std::size_t bytes,
                                    const batch_limits& limits);
  /// Puts the batch that is being filled to the full ones, if it has reached a limit.
  void end_full_batch(const batch_limits& limits);
  /// Takes the next batch, the one that is being filled where none is full.
  domain::inbound_batch_ptr take_batch();
  std::size_t waiting_rows() const;
  /// Passes over the gap behind its last record where nothing is left to hand out: transaction
  /// markers, aborted and compacted records. Answers what may be committed; -1: nothing.
  std::int64_t pass_gap();
};

/// Tells where the partition stopped, for those who must find the records that are gone.
std::string describe(const domain::stopped_partition& found);

} // namespace bankslip::actors
