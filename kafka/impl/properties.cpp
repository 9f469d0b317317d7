#include <algorithm>
#include <array>

#include "domain/error.hpp"
#include "domain/text/ascii.hpp"
#include "kafka/impl/client_config.hpp"

namespace bankslip::kafka::impl {

namespace {

using domain::errc;
using domain::make_error;
using properties = std::vector<std::pair<std::string, std::string>>;

struct reserved_property {
  std::string_view name;
  std::string_view why;
};

constexpr std::string_view promised = "is fixed, the delivery promise rests on it";
constexpr std::string_view elsewhere = "has a setting of its own";

/// Aliases of librdkafka included.
constexpr std::array<reserved_property, 21> reserved = {{
    {"enable.auto.commit", promised},
    {"auto.commit.enable", promised},
    {"enable.auto.offset.store", promised},
    {"auto.offset.reset", promised},
    {"enable.partition.eof", promised},
    {"partition.assignment.strategy", promised},
    {"group.protocol", promised},
    {"isolation.level", promised},
    {"acks", promised},
    {"request.required.acks", promised},
    {"enable.idempotence", promised},
    {"delivery.report.only.error", promised},
    {"transactional.id", promised},
    {"partitioner", promised},
    {"queuing.strategy", promised},
    {"enabled_events", promised},
    {"log.queue", promised},
    {"bootstrap.servers", elsewhere},
    {"metadata.broker.list", elsewhere},
    {"group.id", elsewhere},
    {"group.instance.id", elsewhere},
}};

constexpr std::string_view blanks = " \t\r\n";

caf::error take(std::string_view property, properties& out) {
  auto at = property.find('=');
  auto name = domain::trimmed(property.substr(0, at), blanks);
  // It may hold a secret: only its name is shown.
  if (at == std::string_view::npos || name.empty())
    return make_error(errc::invalid_input, "KAFKA_OPTIONS: property "
                                               + std::to_string(out.size() + 1)
                                               + " is not written name=value");
  auto hit = std::find_if(reserved.begin(), reserved.end(),
                          [name](const reserved_property& r) { return r.name == name; });
  if (hit != reserved.end())
    return make_error(errc::invalid_input,
                      "KAFKA_OPTIONS: property " + std::string{name} + " " + std::string{hit->why});
  out.emplace_back(name, domain::trimmed(property.substr(at + 1), blanks));
  return {};
}

} // namespace

caf::expected<properties> parse_properties(std::string_view extra) {
  properties out;
  while (!extra.empty()) {
    auto end = std::min(extra.find(';'), extra.size());
    auto property = domain::trimmed(extra.substr(0, end), blanks);
    extra.remove_prefix(std::min(end + 1, extra.size()));
    if (property.empty())
      continue;
    if (auto error = take(property, out))
      return error;
  }
  return out;
}

} // namespace bankslip::kafka::impl
