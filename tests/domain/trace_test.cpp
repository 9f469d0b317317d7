#include <boost/test/unit_test.hpp>

#include <string>

#include "domain/records.hpp"
#include "domain/trace.hpp"

using namespace bankslip::domain;

BOOST_AUTO_TEST_SUITE(trace_test)

namespace {

const std::string good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

} // namespace

BOOST_AUTO_TEST_CASE(a_traceparent_is_taken_whole_or_not_at_all) {
  BOOST_TEST(is_traceparent(good));
  for (const std::string bad : {"", "00", "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                                "00-4BF92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0\n"})
    BOOST_TEST(!is_traceparent(bad), bad);
  BOOST_TEST(!is_traceparent(good + "-"));
}

BOOST_AUTO_TEST_CASE(a_consumed_record_shows_the_trace_among_its_headers) {
  inbound_batch batch;
  batch.add(7, "a", "{}");
  batch.add(8, "b", "{}");
  batch.add(9, "c", "{}");
  BOOST_TEST(batch.trace(batch.records[0]) == "");
  batch.add_headers(8, {{"x", "1"}, {"traceparent", good}});
  batch.add_headers(9, {{"traceparent", "nonsense"}});
  BOOST_TEST(batch.trace(batch.records[0]) == "");
  BOOST_TEST(batch.trace(batch.records[1]) == good);
  BOOST_TEST(batch.trace(batch.records[2]) == "");
}

BOOST_AUTO_TEST_SUITE_END()
