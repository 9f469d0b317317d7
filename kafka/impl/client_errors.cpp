#include "kafka/impl/client_errors.hpp"

#include <array>

#include "domain/error.hpp"

namespace bankslip::kafka::impl {

bool is_passing(rd_kafka_resp_err_t code) noexcept {
  switch (code) {
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
    case RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
    case RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE:
      return true;
    default:
      return false;
  }
}

caf::error unavailable(const std::string& what, rd_kafka_resp_err_t code) {
  return domain::make_error(domain::errc::broker_unavailable, what + ": " + rd_kafka_err2str(code));
}

std::string fatal_reason(rd_kafka_t* client) {
  std::array<char, 512> reason{};
  const auto code = rd_kafka_fatal_error(client, reason.data(), reason.size());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
    return {};
  return reason[0] != '\0' ? reason.data() : rd_kafka_err2str(code);
}

std::string describe(const rd_kafka_message_t& error, const std::string& topic) {
  auto text = "topic " + topic;
  if (is_of_partition(error)) {
    text += ": partition " + std::to_string(error.partition);
    if (error.offset >= 0)
      text += ": offset " + std::to_string(error.offset);
  }
  return text + ": " + rd_kafka_message_errstr(&error);
}

} // namespace bankslip::kafka::impl
