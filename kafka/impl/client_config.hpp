#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <caf/expected.hpp>

#include "kafka/impl/handles.hpp"
#include "kafka/kafka.hpp"

namespace bankslip::kafka::impl {

/// Splits "k=v;k=v" at ';' and at each first '='. `invalid_input` names the
/// piece that is no property, or a property that the delivery promises rest on.
caf::expected<std::vector<std::pair<std::string, std::string>>>
parse_properties(std::string_view extra);

/// Properties of one kind of client, `extra` applied last. `invalid_input`
/// names the property that librdkafka refuses.
caf::expected<conf_ptr> producer_config(const kafka_options& options);
caf::expected<conf_ptr> consumer_config(const kafka_options& options);
caf::expected<conf_ptr> admin_config(const kafka_options& options);

/// Bytes in a partition's queue from which on a consumer fetches no more for it.
std::size_t prefetch_limit(const rd_kafka_t& client);

/// Makes a client of `conf`; does not wait for a broker. `invalid_input`:
/// properties that do not fit together. A quiet client writes no log.
caf::expected<client_ptr> make_client(rd_kafka_type_t type, conf_ptr conf, bool quiet = false);

} // namespace bankslip::kafka::impl
