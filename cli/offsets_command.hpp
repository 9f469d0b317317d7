#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "kafka/kafka.hpp"

namespace bankslip::cli {

/// The options of `bankslip offsets`.
struct offsets_options {
  /// "earliest", "latest", "settled" or an offset; empty: the positions are only shown.
  std::string to;
  /// -1: all partitions.
  std::int32_t partition = -1;
  /// Asks no confirmation.
  bool yes = false;
};

/// The target of a change of positions.
struct offset_target {
  enum { earliest, latest, settled, number } kind = earliest;
  std::int64_t offset = 0;
};

/// Reads "earliest", "latest", "settled" or a whole number.
std::optional<offset_target> parse_offset_target(std::string_view text);

/// Up to which offset the database has settled each partition; asked for "settled" only.
using settled_reader = std::function<caf::expected<std::map<std::int32_t, std::int64_t>>()>;

/// Shows the positions of the consumer group, and sets them if asked: once
/// `in` has confirmed it, and only while nobody is in the group. Answers the exit
/// status: 0 done, 1 not done (the reason stands on `err`), 2 a position that the
/// log does not have. The log's first record is taken where "settled" is none of the log's
/// offsets, or nothing is known of a partition: what was settled counts as a duplicate.
/// Waits up to 10 s for each answer of the broker.
int run_offsets(const offsets_options& asked, const kafka::kafka_options& kafka,
                const settled_reader& read_settled, std::istream& in, std::ostream& out,
                std::ostream& err);

} // namespace bankslip::cli
