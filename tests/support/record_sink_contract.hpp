#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "domain/error.hpp"
#include "domain/ports.hpp"
#include "tests/support/clauses.hpp"

/// Checks what every `record_sink` must do, whatever stands behind it.
namespace bankslip::testing {

/// A record as the topic holds it.
struct published_record {
  std::string key;
  std::string value;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// A sink and the topics behind it, new and empty for each test.
class record_sink_world {
public:
  virtual ~record_sink_world() = default;
  virtual domain::record_sink& sink() = 0;
  /// All records of a topic once it holds `count`; fewer after 20 s.
  virtual std::vector<published_record> published(domain::channel from, std::size_t count) = 0;
};

inline domain::outbound_batch_ptr make_batch(int first, int count, std::int64_t upload_id = 7) {
  auto batch = std::make_shared<domain::outbound_batch>();
  batch->upload_id = upload_id;
  for (int i = first; i < first + count; ++i)
    batch->add("key-" + std::to_string(i), "value-" + std::to_string(i), i);
  return batch;
}

/// Polls until `count` batches are answered or 30 s have passed.
inline std::vector<domain::publish_result> answers(domain::record_sink& sink, std::size_t count) {
  using namespace std::chrono_literals;
  std::vector<domain::publish_result> all;
  auto deadline = std::chrono::steady_clock::now() + 30s;
  while (all.size() < count && std::chrono::steady_clock::now() < deadline && !sink.fatal())
    for (auto& r : sink.poll(100ms))
      all.push_back(std::move(r));
  BOOST_TEST(all.size() == count);
  return all;
}

/// Publishes batches as `ready` allows and answers how all of them ended.
inline std::vector<domain::publish_result>
publish_all(domain::record_sink& sink, const std::vector<domain::outbound_batch_ptr>& batches) {
  using namespace std::chrono_literals;
  std::vector<domain::publish_result> all;
  auto collect = [&](std::chrono::milliseconds wait) {
    for (auto& r : sink.poll(wait))
      all.push_back(std::move(r));
  };
  auto deadline = std::chrono::steady_clock::now() + 60s;
  std::uint64_t token = 0;
  for (const auto& b : batches) {
    while (!sink.ready() && std::chrono::steady_clock::now() < deadline)
      collect(100ms);
    sink.publish({++token}, b);
    collect(0ms);
  }
  while (all.size() < batches.size() && std::chrono::steady_clock::now() < deadline)
    collect(100ms);
  BOOST_TEST(all.size() == batches.size());
  return all;
}

namespace sink_contract {

template <class World>
void a_batch_is_answered_once_its_records_are_published(World& world) {
  auto& sink = world.sink();
  BOOST_TEST(sink.ready());
  sink.publish({41}, make_batch(0, 3));
  BOOST_TEST(sink.in_flight() == 1u);
  auto got = answers(sink, 1);
  BOOST_REQUIRE_EQUAL(got.size(), 1u);
  BOOST_TEST(got[0].token.value == 41u);
  BOOST_TEST(!got[0].error, domain::text_of(got[0].error));
  BOOST_TEST(sink.in_flight() == 0u);
  BOOST_TEST(sink.connected());
  std::map<std::string, std::string> values;
  for (const auto& r : world.published(domain::channel::debts, 3))
    values[r.key] = r.value;
  BOOST_TEST((values
              == std::map<std::string, std::string>{
                  {"key-0", "value-0"}, {"key-1", "value-1"}, {"key-2", "value-2"}}));
}

template <class World>
void headers_say_where_a_record_came_from(World& world) {
  using headers = std::vector<std::pair<std::string, std::string>>;
  auto stored = std::make_shared<domain::outbound_batch>();
  stored->stored = true;
  stored->add("stored", "x");
  auto letter = std::make_shared<domain::outbound_batch>();
  letter->to = domain::channel::dead_letters;
  letter->headers = {{"error.code", "invalid_input"}, {"error.text", "é"}, {"empty", ""}};
  letter->add("", "as it was");
  auto plain = std::make_shared<domain::outbound_batch>();
  plain->add("plain", "");
  for (const auto& r : publish_all(world.sink(), {make_batch(5, 1), stored, letter, plain}))
    BOOST_TEST(!r.error, domain::text_of(r.error));
  std::map<std::string, headers> got;
  for (const auto& r : world.published(domain::channel::debts, 3))
    got[r.key] = r.headers;
  BOOST_TEST((got["key-5"] == headers{{"upload_id", "7"}, {"row", "5"}}));
  BOOST_TEST((got["stored"] == headers{{"stored", "1"}}));
  BOOST_TEST(got.contains("plain"));
  BOOST_TEST(got["plain"].empty());
  auto letters = world.published(domain::channel::dead_letters, 1);
  BOOST_REQUIRE_EQUAL(letters.size(), 1u);
  BOOST_TEST(letters[0].key == "");
  BOOST_TEST(letters[0].value == "as it was");
  BOOST_TEST((letters[0].headers
              == headers{{"error.code", "invalid_input"}, {"error.text", "é"}, {"empty", ""}}));
}

template <class World>
void an_empty_batch_is_answered(World& world) {
  world.sink().publish({1}, std::make_shared<domain::outbound_batch>());
  auto got = answers(world.sink(), 1);
  BOOST_REQUIRE_EQUAL(got.size(), 1u);
  BOOST_TEST(!got[0].error);
}

template <class World>
void every_batch_is_answered_once_and_every_record_published_once(World& world) {
  std::vector<domain::outbound_batch_ptr> batches;
  for (int i = 0; i < 40; ++i)
    batches.push_back(make_batch(i * 250, 250));
  std::set<std::uint64_t> tokens;
  for (const auto& r : publish_all(world.sink(), batches)) {
    BOOST_TEST(!r.error, domain::text_of(r.error));
    BOOST_TEST(tokens.insert(r.token.value).second);
  }
  BOOST_TEST(world.sink().poll(std::chrono::milliseconds{0}).empty());
  std::set<std::string> keys;
  auto records = world.published(domain::channel::debts, 10'000);
  for (const auto& r : records)
    keys.insert(r.key);
  BOOST_TEST(records.size() == 10'000u);
  BOOST_TEST(keys.size() == 10'000u);
}

template <class World>
void what_was_not_acknowledged_is_given_back(World& world) {
  auto& sink = world.sink();
  sink.publish({1}, make_batch(0, 10));
  answers(sink, 1);
  sink.publish({2}, make_batch(10, 10));
  sink.publish({3}, make_batch(20, 10));
  std::set<std::string> given_back;
  auto unfinished = sink.take_unfinished();
  BOOST_TEST(unfinished.size() == 2u);
  for (const auto& [token, batch] : unfinished) {
    BOOST_TEST((token.value == 2u || token.value == 3u));
    for (const auto& r : batch->records)
      given_back.insert(std::string{batch->key(r)});
  }
  BOOST_TEST(sink.in_flight() == 0u);
  BOOST_TEST(sink.poll(std::chrono::milliseconds{0}).empty());
  BOOST_TEST(sink.take_unfinished().empty());
  std::set<std::string> known = given_back;
  for (const auto& r : world.published(domain::channel::debts, 30 - given_back.size()))
    known.insert(r.key);
  BOOST_TEST(known.size() == 30u);
}

/// Makes every clause a test case of the open suite; see `test::add_clauses`.
template <class World>
bool add_clauses() {
  return test::add_clauses<World>({
      BANKSLIP_CLAUSE(a_batch_is_answered_once_its_records_are_published),
      BANKSLIP_CLAUSE(headers_say_where_a_record_came_from),
      BANKSLIP_CLAUSE(an_empty_batch_is_answered),
      BANKSLIP_CLAUSE(every_batch_is_answered_once_and_every_record_published_once),
      BANKSLIP_CLAUSE(what_was_not_acknowledged_is_given_back),
  });
}

} // namespace sink_contract

} // namespace bankslip::testing
