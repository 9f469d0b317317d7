#include <algorithm>
#include <array>
#include <string>
#include <thread>
#include <utility>

#include "domain/error.hpp"
#include "kafka/impl/client_config.hpp"
#include "kafka/impl/client_errors.hpp"
#include "kafka/kafka.hpp"
#include "telemetry/log.hpp"

namespace bankslip::kafka {

namespace {

using namespace std::chrono_literals;
using domain::errc;
using domain::make_error;
using impl::destroy_with;
using std::chrono::steady_clock;

using new_topic_ptr = std::unique_ptr<rd_kafka_NewTopic_t, destroy_with<rd_kafka_NewTopic_destroy>>;
using admin_options_ptr =
    std::unique_ptr<rd_kafka_AdminOptions_t, destroy_with<rd_kafka_AdminOptions_destroy>>;

/// What one request says of a topic.
struct answer {
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string reason;
};

answer failed(rd_kafka_resp_err_t code, const char* reason) {
  return {code, reason != nullptr && *reason != '\0' ? reason : rd_kafka_err2str(code)};
}

/// Whether asking again may help: a broker that is just starting or away.
bool is_passing(rd_kafka_resp_err_t code) noexcept {
  switch (code) {
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
    case RD_KAFKA_RESP_ERR_NOT_CONTROLLER:
    case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
    // As long as too few brokers have joined the cluster.
    case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
      return true;
    default:
      return false;
  }
}

bool is_settled(rd_kafka_resp_err_t code) noexcept {
  return code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS;
}

answer first_answer(const rd_kafka_event_t* event) {
  if (auto code = rd_kafka_event_error(const_cast<rd_kafka_event_t*>(event)))
    return failed(code, rd_kafka_event_error_string(const_cast<rd_kafka_event_t*>(event)));
  const auto* result = rd_kafka_event_CreateTopics_result(const_cast<rd_kafka_event_t*>(event));
  std::size_t n = 0;
  const auto** topics = rd_kafka_CreateTopics_result_topics(result, &n);
  for (std::size_t i = 0; i < n; ++i)
    if (auto code = rd_kafka_topic_result_error(topics[i]); !is_settled(code))
      return failed(code, rd_kafka_topic_result_error_string(topics[i]));
  return {};
}

/// Where several machines keep a topic, a majority of them must have a record before it counts
/// as published, whatever the brokers' own default is.
void ask_for_majority(rd_kafka_NewTopic_t* topic, int replication) {
  if (replication >= 3)
    rd_kafka_NewTopic_set_config(topic, "min.insync.replicas",
                                 std::to_string(replication / 2 + 1).c_str());
}

/// Whether a topic is made, or the broker only asked if it would.
enum class creation { real, tried };

/// One attempt, of `span` at most.
answer create(rd_kafka_t* client, const std::string& topic, const kafka_options& options,
              std::chrono::milliseconds span, creation how = creation::real) {
  auto ms = static_cast<int>(std::max<std::int64_t>(span.count(), 1));
  std::array<char, 256> reason{};
  new_topic_ptr wanted{rd_kafka_NewTopic_new(topic.c_str(), options.partitions, options.replication,
                                             reason.data(), reason.size())};
  if (!wanted)
    return failed(RD_KAFKA_RESP_ERR__INVALID_ARG, reason.data());
  ask_for_majority(wanted.get(), options.replication);
  admin_options_ptr limits{rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_CREATETOPICS)};
  rd_kafka_AdminOptions_set_request_timeout(limits.get(), ms, nullptr, 0);
  rd_kafka_AdminOptions_set_operation_timeout(limits.get(), ms, nullptr, 0);
  rd_kafka_AdminOptions_set_validate_only(limits.get(), how == creation::tried, nullptr, 0);
  impl::queue_ptr queue{rd_kafka_queue_new(client)};
  auto* one = wanted.get();
  rd_kafka_CreateTopics(client, &one, 1, limits.get(), queue.get());
  impl::event_ptr event{rd_kafka_queue_poll(queue.get(), ms)};
  if (!event)
    return failed(RD_KAFKA_RESP_ERR__TIMED_OUT, nullptr);
  return first_answer(event.get());
}

/// Whoever may not make topics may still use those that others have made.
bool is_there(rd_kafka_t* client, const std::string& topic, std::chrono::milliseconds span) {
  impl::topic_ptr handle{rd_kafka_topic_new(client, topic.c_str(), nullptr)};
  if (!handle)
    return false;
  const rd_kafka_metadata_t* found = nullptr;
  if (rd_kafka_metadata(client, 0, handle.get(), &found, static_cast<int>(span.count()))
      != RD_KAFKA_RESP_ERR_NO_ERROR)
    return false;
  const auto there = found->topic_cnt == 1 && found->topics[0].err == RD_KAFKA_RESP_ERR_NO_ERROR
                     && found->topics[0].partition_cnt > 0;
  rd_kafka_metadata_destroy(found);
  return there;
}

caf::error ensure_topic(rd_kafka_t* client, const std::string& topic, const kafka_options& options,
                        steady_clock::time_point deadline) {
  for (;;) {
    auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
    auto got = create(client, topic, options, std::clamp(left, 1ms, 5000ms));
    if (is_settled(got.code))
      return {};
    auto text = "topic " + topic + ": " + got.reason;
    if (!is_passing(got.code) && is_there(client, topic, std::clamp(left, 1ms, 5000ms)))
      return {};
    if (!is_passing(got.code))
      return make_error(errc::invalid_input, std::move(text));
    if (steady_clock::now() + 250ms >= deadline)
      return make_error(errc::broker_unavailable, std::move(text));
    telemetry::log_debug("topic not created yet", {{"topic", topic}, {"error", got.reason}});
    std::this_thread::sleep_for(250ms);
  }
}

caf::expected<impl::client_ptr> admin_client(const kafka_options& options, bool quiet) {
  auto conf = impl::admin_config(options);
  if (!conf)
    return conf.error();
  // The answers say what went wrong.
  rd_kafka_conf_set_error_cb(conf->get(), [](rd_kafka_t*, int, const char*, void*) {});
  return impl::make_client(RD_KAFKA_PRODUCER, std::move(*conf), quiet);
}

topic_state state_of(const rd_kafka_metadata_topic_t& topic) {
  topic_state out{topic.topic, topic.partition_cnt, 0, {}};
  for (int i = 0; i < topic.partition_cnt; ++i) {
    const auto replicas = topic.partitions[i].replica_cnt;
    out.replicas = i == 0 ? replicas : std::min(out.replicas, replicas);
  }
  return out;
}

/// Those of the two topics that are there. Asking for one by its name would make it,
/// where brokers make topics by themselves.
caf::expected<cluster_state> list_topics(rd_kafka_t* client, const kafka_options& options,
                                         std::chrono::milliseconds span) {
  const rd_kafka_metadata_t* found = nullptr;
  if (auto code = rd_kafka_metadata(client, 1, nullptr, &found, static_cast<int>(span.count())))
    return impl::unavailable(options.bootstrap_servers, code);
  cluster_state out;
  out.brokers = found->broker_cnt;
  for (int i = 0; i < found->topic_cnt; ++i)
    if (std::string_view name{found->topics[i].topic};
        name == options.topic || name == options.dead_letter_topic)
      out.topics.push_back(state_of(found->topics[i]));
  rd_kafka_metadata_destroy(found);
  return out;
}

} // namespace

caf::expected<cluster_state> inspect_topics(const kafka_options& options,
                                            std::chrono::milliseconds timeout) {
  auto client = admin_client(options, true);
  if (!client)
    return client.error();
  auto out = list_topics(client->get(), options, timeout);
  if (!out)
    return out;
  for (const auto& name : {options.topic, options.dead_letter_topic}) {
    if (std::ranges::any_of(out->topics, [&](const auto& topic) { return topic.name == name; }))
      continue;
    const auto got = create(client->get(), name, options, timeout, creation::tried);
    out->topics.push_back({name, 0, 0, is_settled(got.code) ? "" : got.reason});
  }
  return out;
}

caf::error ensure_topics(const kafka_options& options, std::chrono::milliseconds timeout) {
  auto deadline = steady_clock::now() + timeout;
  auto client = admin_client(options, false);
  if (!client)
    return client.error();
  for (const auto& topic : {options.topic, options.dead_letter_topic})
    if (auto error = ensure_topic(client->get(), topic, options, deadline))
      return error;
  return {};
}

} // namespace bankslip::kafka
