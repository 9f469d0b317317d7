#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "kafka/kafka.hpp"

namespace bankslip::cli {

/// The options of `bankslip offsets`.
struct offsets_options {
  /// "earliest", "latest" or an offset; empty: the positions are only shown.
  std::string to;
  /// -1: all partitions.
  std::int32_t partition = -1;
  /// Asks no confirmation.
  bool yes = false;
};

/// The target of a change of positions.
struct offset_target {
  enum { earliest, latest, number } kind = earliest;
  std::int64_t offset = 0;
};

/// Reads "earliest", "latest" or a whole number.
std::optional<offset_target> parse_offset_target(std::string_view text);

/// Shows the positions of the consumer group, and sets them if asked: once
/// `in` has confirmed it, and only while nobody is in the group. Answers the exit
/// status: 0 done, 1 not done (the reason stands on `err`), 2 a position that the
/// log does not have. Waits up to 10 s for each answer of the broker.
int run_offsets(const offsets_options& asked, const kafka::kafka_options& kafka, std::istream& in,
                std::ostream& out, std::ostream& err);

} // namespace bankslip::cli
