#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "tests/kafka/broker.hpp"

using namespace bankslip;
using namespace bankslip::testing;

BOOST_AUTO_TEST_SUITE(dead_letter_log_kafkatest)

namespace {

/// A topic of dead letters, and who writes to it.
struct letters {
  own_topics topics{3};
  std::unique_ptr<domain::record_sink> sink = kafka::make_record_sink(topics.options);
  std::unique_ptr<domain::dead_letter_log> log;
  int written = 0;

  letters() {
    // Records of this topic can be deleted by the tests' helper.
    auto options = topics.options;
    options.dead_letter_topic = topics.options.topic;
    log = kafka::make_dead_letter_log(options);
  }

  /// Publishes letters, each a moment after the one before.
  void write(int count) {
    for (int i = 0; i < count; ++i) {
      auto batch = std::make_shared<domain::outbound_batch>();
      const auto key = std::to_string(written++);
      batch->headers = {{"error.code", "slip_refused"}, {"attempts", key}};
      batch->add(key, "letter " + key);
      for (const auto& r : publish_all(*sink, {batch}))
        BOOST_REQUIRE_MESSAGE(!r.error, domain::text_of(r.error));
    }
  }

  domain::dead_letter_page read(int limit, const domain::dead_letter_position& before = {}) {
    auto page = log->read(limit, before);
    if (!page)
      BOOST_FAIL(domain::text_of(page.error()));
    return *page;
  }

  /// Keys of all pages; `between` is called after each.
  template <class F>
  std::vector<std::string> read_all(int limit, F between) {
    std::vector<std::string> keys;
    domain::dead_letter_position before;
    for (int pages = 0; pages < 100; ++pages) {
      const auto page = read(limit, before);
      BOOST_TEST(page.records.size() <= static_cast<std::size_t>(limit));
      for (const auto& r : page.records)
        keys.push_back(r.key);
      if (page.next.empty())
        return keys;
      before = page.next;
      between();
    }
    BOOST_FAIL("the list has no end");
    return keys;
  }
};

/// "`from - 1`", …, "`to`".
std::vector<std::string> down(int from, int to) {
  std::vector<std::string> out;
  while (from > to)
    out.push_back(std::to_string(--from));
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(letters_are_read_newest_first_each_on_one_page) {
  letters all;
  BOOST_TEST(all.read(10).records.empty());
  BOOST_TEST(all.read(10).next.empty());
  all.write(20);
  const auto nothing = [] {};
  BOOST_TEST(all.read_all(100, nothing) == down(20, 0), boost::test_tools::per_element());
  // Those that come meanwhile are on no page.
  BOOST_TEST(all.read_all(7, [&] { all.write(1); }) == down(20, 0),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_letter_tells_what_its_record_says) {
  letters all;
  all.write(1);
  const auto page = all.read(1);
  BOOST_REQUIRE(page.records.size() == 1u);
  const auto& r = page.records[0];
  BOOST_TEST(page.topic == all.topics.options.topic);
  BOOST_TEST(r.offset == 0);
  BOOST_TEST(r.value == "letter 0");
  BOOST_TEST(r.value_bytes == 8u);
  BOOST_REQUIRE(r.headers.size() == 2u);
  BOOST_TEST(r.headers[0].name == "error.code");
  BOOST_TEST(r.headers[0].value == "slip_refused");
  const auto age = std::chrono::system_clock::now() - r.at;
  BOOST_TEST((age > -std::chrono::minutes{1} && age < std::chrono::minutes{5}));
}

BOOST_AUTO_TEST_CASE(letters_that_retention_removed_are_left_out) {
  letters all;
  all.write(12);
  const auto everything = all.read(100);
  std::map<std::int32_t, std::int64_t> most;
  for (const auto& r : everything.records)
    most[r.partition] = std::max(most[r.partition], r.offset + 1);
  const auto [partition, size] = *std::max_element(
      most.begin(), most.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  delete_records_below(all.topics, partition, size);
  BOOST_TEST(all.read_all(2, [] {}).size() == 12u - static_cast<std::size_t>(size));
}

BOOST_AUTO_TEST_CASE(a_topic_or_a_broker_that_is_not_there_is_an_error) {
  kafka::kafka_options options;
  options.bootstrap_servers = broker_address();
  options.dead_letter_topic = fresh_name("nothing");
  const auto none = kafka::make_dead_letter_log(options)->read(1, {});
  BOOST_TEST(domain::code_of(none.error()) == domain::errc::not_found);
  options.bootstrap_servers = "127.0.0.1:1";
  const auto away = kafka::make_dead_letter_log(options)->read(1, {});
  BOOST_TEST(domain::code_of(away.error()) == domain::errc::broker_unavailable);
}

BOOST_AUTO_TEST_SUITE_END()
