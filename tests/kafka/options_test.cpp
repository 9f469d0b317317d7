#include <boost/test/unit_test.hpp>

#include "domain/error.hpp"
#include "kafka/kafka.hpp"

using namespace bankslip;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(options_test)

namespace {

/// Why `extra` is refused.
std::string refusal(const std::string& extra) {
  kafka::kafka_options options;
  options.extra = extra;
  auto error = kafka::check_options(options);
  BOOST_TEST((domain::code_of(error) == domain::errc::invalid_input), extra);
  return domain::text_of(error);
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_defaults_are_good) {
  BOOST_TEST(!kafka::check_options({}), domain::text_of(kafka::check_options({})));
}

BOOST_AUTO_TEST_CASE(further_properties_are_taken) {
  kafka::kafka_options options;
  options.instance_id = "worker-1";
  for (auto extra : {"", ";", " ; ", "linger.ms=20", " linger.ms = 20 ; session.timeout.ms=15000;",
                     "security.protocol=sasl_plaintext;sasl.mechanisms=PLAIN;"
                     "sasl.username=u;sasl.password=a=b"}) {
    options.extra = extra;
    auto error = kafka::check_options(options);
    BOOST_TEST(!error, extra << ": " << domain::text_of(error));
  }
}

BOOST_AUTO_TEST_CASE(a_refused_property_is_named) {
  BOOST_TEST(contains(refusal("no.such.thing=1"), "no.such.thing"));
  BOOST_TEST(contains(refusal("linger.ms=20;session.timeout.ms=soon"), "session.timeout.ms"));
  BOOST_TEST(contains(refusal("linger.ms"), "not written name=value"));
  BOOST_TEST(contains(refusal("=5"), "not written name=value"));
}

BOOST_AUTO_TEST_CASE(a_secret_is_not_shown) {
  BOOST_TEST(!contains(refusal("sasl.password=sesame;sasl.username"), "sesame"));
  BOOST_TEST(!contains(refusal("linger.ms=5;sesame"), "sesame"));
}

BOOST_AUTO_TEST_CASE(properties_that_do_not_fit_together_are_refused) {
  BOOST_TEST(contains(refusal("max.in.flight.requests.per.connection=50"), "max.in.flight"));
  BOOST_TEST(contains(refusal("max.poll.interval.ms=1000"), "max.poll.interval.ms"));
  refusal("security.protocol=ssl;ssl.ca.location=/no/such/file");
}

BOOST_AUTO_TEST_CASE(what_the_delivery_promise_rests_on_is_refused) {
  for (auto extra :
       {"enable.auto.commit=true", "acks=1", "request.required.acks=1", "enable.idempotence=false",
        "auto.offset.reset=latest", "enable.auto.offset.store=true", "auto.commit.enable=true",
        "partition.assignment.strategy=cooperative-sticky", "transactional.id=x",
        "partitioner=random", "delivery.report.only.error=true"}) {
    std::string name{extra};
    name.resize(name.find('='));
    BOOST_TEST(contains(refusal(extra), name + " is fixed"), extra);
  }
  BOOST_TEST(contains(refusal("group.id=other"), "group.id has a setting of its own"));
}

BOOST_AUTO_TEST_CASE(topics_cannot_be_ensured_without_a_broker) {
  kafka::kafka_options options;
  options.bootstrap_servers = "127.0.0.1:1";
  auto error = kafka::ensure_topics(options, 600ms);
  BOOST_TEST(domain::code_of(error) == domain::errc::broker_unavailable);
  BOOST_TEST(contains(domain::text_of(error), options.topic));
}

BOOST_AUTO_TEST_CASE(clients_of_bad_options_are_lost_from_the_start) {
  kafka::kafka_options options;
  options.extra = "no.such.thing=1";
  auto sink = kafka::make_record_sink(options);
  BOOST_TEST(domain::code_of(sink->fatal()) == domain::errc::client_fatal);
  BOOST_TEST(!sink->ready());
  BOOST_TEST(!sink->connected());
  auto batch = std::make_shared<domain::outbound_batch>();
  batch->add("k", "v");
  sink->publish({1}, batch);
  BOOST_TEST(sink->poll(0ms).empty());
  auto unfinished = sink->take_unfinished();
  BOOST_REQUIRE_EQUAL(unfinished.size(), 1u);
  BOOST_TEST((unfinished[0].second == batch));
}

BOOST_AUTO_TEST_SUITE_END()
