#include "cli/offsets_command.hpp"

#include <iomanip>

#include "domain/error.hpp"
#include "domain/text/parse.hpp"

namespace bankslip::cli {

namespace {

constexpr std::chrono::seconds patience{10};

void show(const kafka::group_positions& found, const kafka::kafka_options& kafka,
          std::ostream& out) {
  out << "group " << kafka.group_id << " on topic " << kafka.topic << ": " << found.members.size()
      << (found.members.size() == 1 ? " member\n" : " members\n");
  for (const auto& member : found.members)
    out << "  " << member << '\n';
  out << "partition   committed         low        high         lag\n";
  for (const auto& p : found.partitions) {
    auto cell = [&out](std::int64_t n, int width) {
      out << std::setw(width) << (n < 0 ? "-" : std::to_string(n));
    };
    cell(p.partition, 9);
    for (auto n : {p.committed, p.low, p.high, p.low < 0 ? std::int64_t{-1} : p.lag()})
      cell(n, 12);
    out << (p.is_lost() ? "  records lost\n" : "\n");
  }
}

std::int64_t offset_on(const kafka::group_position& p, const offset_target& target,
                       const std::map<std::int32_t, std::int64_t>& settled) {
  switch (target.kind) {
    case offset_target::settled: {
      const auto found = settled.find(p.partition);
      const auto offset = found == settled.end() ? p.low : found->second;
      return offset < p.low || offset > p.high ? p.low : offset;
    }
    case offset_target::earliest:
      return p.low;
    case offset_target::latest:
      return p.high;
    default:
      return target.offset;
  }
}

} // namespace

std::optional<offset_target> parse_offset_target(std::string_view text) {
  if (text == "earliest")
    return offset_target{offset_target::earliest, 0};
  if (text == "latest")
    return offset_target{offset_target::latest, 0};
  if (text == "settled")
    return offset_target{offset_target::settled, 0};
  const auto offset = domain::parse_whole<std::int64_t>(text);
  if (!offset || text.starts_with('-'))
    return std::nullopt;
  return offset_target{offset_target::number, *offset};
}

int run_offsets(const offsets_options& asked, const kafka::kafka_options& kafka,
                const settled_reader& read_settled, std::istream& in, std::ostream& out,
                std::ostream& err) {
  auto fail = [&err](const std::string& reason, int status = 1) {
    err << "bankslip: " << reason << '\n';
    return status;
  };
  auto found = kafka::read_group_positions(kafka, patience);
  if (!found)
    return fail(domain::text_of(found.error()));
  show(*found, kafka, out);
  if (asked.to.empty())
    return 0;
  const auto target = parse_offset_target(asked.to);
  if (!target)
    return fail("--to=" + asked.to + ": must be earliest, latest, settled or an offset", 2);
  std::map<std::int32_t, std::int64_t> settled;
  if (target->kind == offset_target::settled) {
    auto read = read_settled();
    if (!read)
      return fail(domain::text_of(read.error()));
    settled = std::move(*read);
  }
  std::map<std::int32_t, std::int64_t> wanted;
  for (const auto& p : found->partitions) {
    if (asked.partition >= 0 && p.partition != asked.partition)
      continue;
    const auto name = "partition " + std::to_string(p.partition);
    if (p.low < 0)
      return fail(name + " has no leader that answers");
    const auto offset = offset_on(p, *target, settled);
    if (offset < p.low || offset > p.high)
      return fail(name + " has no offset " + std::to_string(offset) + ": its log holds "
                      + std::to_string(p.low) + " to " + std::to_string(p.high),
                  2);
    wanted[p.partition] = offset;
  }
  if (wanted.empty())
    return fail("topic " + kafka.topic + " has no partition " + std::to_string(asked.partition), 2);
  if (!found->members.empty())
    return fail("group " + kafka.group_id
                + " is active; stop its processes first (one with KAFKA_INSTANCE_ID, or one that"
                  " was killed, leaves after 10 s)");
  out << "records below the new positions are never settled, those above are read again:\n";
  for (auto [partition, offset] : wanted)
    out << "  partition " << partition << " to " << offset << '\n';
  if (!asked.yes) {
    out << "set them? [y/N] " << std::flush;
    std::string answer;
    std::getline(in, answer);
    if (answer != "y" && answer != "yes")
      return fail("nothing was changed");
  }
  if (auto error = kafka::set_group_positions(kafka, wanted, patience))
    return fail(domain::text_of(error));
  out << "set\n";
  return 0;
}

} // namespace bankslip::cli
