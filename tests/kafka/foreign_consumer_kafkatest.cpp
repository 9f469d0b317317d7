#include <cstdio>
#include <sstream>

#include <boost/test/unit_test.hpp>
#include <sys/wait.h>

#include "tests/kafka/broker.hpp"
#include "tests/support/record_sink_contract.hpp"

using namespace bankslip;
using namespace bankslip::testing;

BOOST_AUTO_TEST_SUITE(foreign_consumer_kafkatest)

namespace {

constexpr int count = 100;

struct reading {
  int status = -1;
  std::string output;
};

/// What aiokafka, as scripts/setup installs it, makes of records that the sink
/// has published.
reading read_by_aiokafka(const std::string& compression) {
  own_topics topics{1};
  topics.options.compression = compression;
  auto sink = kafka::make_record_sink(topics.options);
  for (const auto& r : publish_all(*sink, {make_batch(0, count)}))
    BOOST_TEST(!r.error, domain::text_of(r.error));
  auto command = std::string{SOURCE_DIR "/.local/venv/bin/python " SOURCE_DIR
                                        "/tests/kafka/read_by_aiokafka.py "}
                 + topics.options.bootstrap_servers + " " + topics.options.topic + " "
                 + std::to_string(count) + " 2>&1";
  auto* pipe = ::popen(command.c_str(), "r");
  BOOST_REQUIRE(pipe != nullptr);
  reading r;
  char buffer[4096];
  while (auto n = std::fread(buffer, 1, sizeof buffer, pipe))
    r.output.append(buffer, n);
  r.status = WEXITSTATUS(::pclose(pipe));
  return r;
}

std::string all_records() {
  std::string out;
  for (int i = 0; i < count; ++i)
    out += "key-" + std::to_string(i) + " value-" + std::to_string(i) + "\n";
  return out;
}

} // namespace

// The old service's consumer must be able to take over again.

BOOST_AUTO_TEST_CASE(a_client_without_extras_reads_gzip_and_uncompressed_records) {
  for (const auto* compression : {"gzip", "none"}) {
    auto r = read_by_aiokafka(compression);
    BOOST_TEST(r.status == 0, compression);
    BOOST_TEST(r.output == all_records(), compression << ": " << r.output);
  }
}

BOOST_AUTO_TEST_CASE(a_client_without_extras_cannot_read_lz4) {
  auto r = read_by_aiokafka("lz4");
  BOOST_TEST(r.status == 1);
  BOOST_TEST(r.output.find("lz4 compression codec not found") != std::string::npos, r.output);
}

BOOST_AUTO_TEST_SUITE_END()
