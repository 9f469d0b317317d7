#pragma once

#include <string>

#include <caf/error.hpp>

#include "kafka/impl/handles.hpp"

/// Tells what the errors of a client mean.
namespace bankslip::kafka::impl {

/// Whether a consumer goes on by itself after this error of a partition, without having
/// passed a record.
bool is_passing(rd_kafka_resp_err_t code) noexcept;

/// `broker_unavailable`: "`what`: `code`'s text".
caf::error unavailable(const std::string& what, rd_kafka_resp_err_t code);

/// Why the client can never work again; empty: it can.
std::string fatal_reason(rd_kafka_t* client);

/// "topic debts: partition 3: offset 17: …", as far as the error has them.
std::string describe(const rd_kafka_message_t& error, const std::string& topic);

/// Whether it is an error of one partition.
inline bool is_of_partition(const rd_kafka_message_t& error) noexcept {
  return error.rkt != nullptr && error.partition >= 0;
}

} // namespace bankslip::kafka::impl
