#include "kafka/impl/group_follower.hpp"

#include <algorithm>

#include "kafka/impl/client_config.hpp"

namespace bankslip::kafka::impl {

namespace {

constexpr std::chrono::milliseconds between_looks{100};
constexpr std::chrono::milliseconds answer_patience{1'000};

} // namespace

caf::expected<client_ptr> make_spokesman(kafka_options options) {
  // A commit in the name of a member would be taken for that member's.
  options.instance_id.clear();
  auto conf = consumer_config(options);
  if (!conf)
    return conf.error();
  // The answers say what went wrong.
  rd_kafka_conf_set_error_cb(conf->get(), [](rd_kafka_t*, int, const char*, void*) {});
  return make_client(RD_KAFKA_CONSUMER, std::move(*conf), true);
}

void group_follower::look(const std::vector<std::int32_t>& partitions) {
  const auto now = std::chrono::steady_clock::now();
  if (partitions.empty() || now < next_look_)
    return;
  if (!client_) {
    auto made = make_spokesman(leader_);
    next_look_ = now + std::chrono::seconds{1};
    if (!made)
      return;
    client_ = std::move(*made);
  }
  auto asked = no_partitions();
  for (auto partition : partitions)
    add(asked, leader_.topic, partition);
  const auto code =
      rd_kafka_committed(client_.get(), asked.get(), static_cast<int>(answer_patience.count()));
  next_look_ = std::chrono::steady_clock::now() + between_looks;
  for (int i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && i < asked->cnt; ++i) {
    const auto& answer = asked->elems[i];
    auto& known = committed_.try_emplace(answer.partition, -1).first->second;
    if (answer.err == RD_KAFKA_RESP_ERR_NO_ERROR)
      known = std::max(known, answer.offset);
  }
}

std::int64_t group_follower::committed(std::int32_t partition) const {
  const auto known = committed_.find(partition);
  return known == committed_.end() ? -1 : known->second;
}

} // namespace bankslip::kafka::impl
