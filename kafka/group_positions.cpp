#include <algorithm>
#include <utility>

#include "domain/error.hpp"
#include "kafka/impl/client_errors.hpp"
#include "kafka/impl/group_follower.hpp"
#include "kafka/impl/log_bounds.hpp"
#include "kafka/impl/offset_committer.hpp"
#include "kafka/kafka.hpp"

namespace bankslip::kafka {

namespace {

using domain::errc;
using domain::make_error;

caf::expected<std::vector<std::string>> members_of(rd_kafka_t* client, const std::string& group,
                                                   std::chrono::milliseconds timeout) {
  const rd_kafka_group_list* found = nullptr;
  auto code =
      rd_kafka_list_groups(client, group.c_str(), &found, static_cast<int>(timeout.count()));
  if (code)
    return impl::unavailable("group " + group, code);
  std::vector<std::string> out;
  for (int g = 0; g < found->group_cnt; ++g)
    for (int m = 0; m < found->groups[g].member_cnt; ++m) {
      const auto& member = found->groups[g].members[m];
      out.push_back(std::string{member.client_id} + " at " + member.client_host);
    }
  rd_kafka_group_list_destroy(found);
  return out;
}

} // namespace

caf::expected<group_positions> read_group_positions(const kafka_options& options,
                                                    std::chrono::milliseconds timeout) {
  auto client = impl::make_spokesman(options);
  if (!client)
    return client.error();
  auto offsets = impl::ask_partitions(client->get(), options.topic, timeout);
  if (!offsets)
    return offsets.error();
  group_positions out;
  auto bounds = impl::ask_log_bounds(client->get(), **offsets, timeout);
  if (auto code =
          rd_kafka_committed(client->get(), offsets->get(), static_cast<int>(timeout.count())))
    return impl::unavailable("group " + options.group_id, code);
  if (auto code = impl::error_in(**offsets))
    return impl::unavailable("group " + options.group_id, code);
  for (int i = 0; i < (*offsets)->cnt; ++i) {
    const auto& p = (*offsets)->elems[i];
    auto log = bounds[p.partition];
    out.partitions.push_back(
        {p.partition, std::max<std::int64_t>(p.offset, -1), log.low, log.high});
  }
  auto members = members_of(client->get(), options.group_id, timeout);
  if (!members)
    return members.error();
  out.members = std::move(*members);
  return out;
}

caf::error set_group_positions(const kafka_options& options,
                               const std::map<std::int32_t, std::int64_t>& offsets,
                               std::chrono::milliseconds timeout) {
  auto client = impl::make_spokesman(options);
  if (!client)
    return client.error();
  auto wanted = impl::no_partitions();
  for (auto [partition, offset] : offsets)
    impl::add(wanted, options.topic, partition, offset);
  impl::queue_ptr queue{rd_kafka_queue_new(client->get())};
  auto code = rd_kafka_commit_queue(client->get(), wanted.get(), queue.get(), nullptr, nullptr);
  if (!code) {
    impl::event_ptr answer{rd_kafka_queue_poll(queue.get(), static_cast<int>(timeout.count()))};
    code = answer ? rd_kafka_event_error(answer.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    const auto* answered = answer ? rd_kafka_event_topic_partition_list(answer.get()) : nullptr;
    if (!code && answered != nullptr)
      code = impl::error_in(*answered);
  }
  // What a broker says of a commit by one who is no member of a group that has some.
  if (code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID || code == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION
      || code == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS)
    return make_error(errc::wrong_state, "group " + options.group_id + " is active");
  return code ? impl::unavailable("group " + options.group_id, code) : caf::error{};
}

} // namespace bankslip::kafka
