#include <boost/test/unit_test.hpp>

#include "tests/support/debt_store_contract.hpp"
#include "tests/support/fake_world.hpp"
#include "tests/support/record_sink_contract.hpp"
#include "tests/support/record_source_contract.hpp"
#include "tests/support/settlement_store_contract.hpp"
#include "tests/support/webhook_store_contract.hpp"

// The world in memory keeps the same rules as the real one.

using namespace bankslip;

BOOST_AUTO_TEST_SUITE(settler_fakes_test)

namespace {

struct database_world {
  fake::world world;
  fake::process_ptr process = world.start_process();
  auto settlement_store() { return world.db.settlement_store(process); }
  auto debt_store() { return world.db.debt_store(process); }
  auto webhook_store() { return world.db.webhook_store(process); }
  void use_topic(const char* name) { world.db.topic = name; }
  void tell(domain::event_set events) { world.db.tells = events; }
};

struct sink_world final : testing::record_sink_world {
  fake::world world;
  std::unique_ptr<domain::record_sink> client = world.kafka.sink(world.start_process());

  domain::record_sink& sink() override { return *client; }

  std::vector<testing::published_record> published(domain::channel from, std::size_t) override {
    std::vector<testing::published_record> out;
    auto add = [&out](const fake::broker_record& r) {
      testing::published_record p{r.key, r.value, {}};
      if (r.from) {
        p.headers.emplace_back("upload_id", std::to_string(r.from.upload_id));
        p.headers.emplace_back("row", std::to_string(r.from.row));
      }
      if (r.stored)
        p.headers.emplace_back("stored", "1");
      for (const auto& h : r.headers)
        p.headers.emplace_back(h.name, h.value);
      out.push_back(std::move(p));
    };
    if (from == domain::channel::dead_letters)
      for (const auto& r : world.kafka.dead_letters)
        add(r);
    else
      for (const auto& partition : world.kafka.log)
        for (const auto& r : partition)
          add(r);
    return out;
  }
};

struct source_world final : testing::record_source_world {
  fake::world world;
  std::unique_ptr<domain::record_source> join() override {
    return world.kafka.source(world.start_process());
  }
  int partitions() const override { return static_cast<int>(world.kafka.log.size()); }
  void append(int first, int count) override {
    for (int i = first; i < first + count; ++i) {
      auto key = "k" + std::to_string(i);
      world.kafka.append(i % 3, {key, "v" + std::to_string(i), {9, i}, false, {}});
    }
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(settlement_store_contract)
const auto clauses = test::settlement_contract::add_clauses<database_world>();
BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(debt_store_contract)
const auto clauses = test::debt_contract::add_clauses<database_world>();
BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(webhook_store_contract)
const auto clauses = test::webhook_contract::add_clauses<database_world>();
BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(record_sink_contract)
const auto clauses = testing::sink_contract::add_clauses<sink_world>();
BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(record_source_contract)
const auto clauses = testing::source_contract::add_clauses<source_world>();
BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
