#include <boost/test/unit_test.hpp>

#include "http/events/event_text.hpp"

using namespace bankslip::http;

BOOST_AUTO_TEST_SUITE(event_text_test)

namespace {

std::string text_of(const event_state& state) {
  std::string out;
  append_events(out, state);
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(an_event_has_its_id_its_name_and_its_data_on_a_line_each) {
  BOOST_TEST(text_of({"progress", R"({"a":1})"})
             == "id: " + event_id("progress", R"({"a":1})")
                    + "\nevent: progress\ndata: {\"a\":1}\n\n");
}

BOOST_AUTO_TEST_CASE(the_last_state_is_a_progress_and_a_done_with_the_same_data) {
  const event_state last{"progress", "{}", "done"};
  BOOST_TEST(text_of(last) == text_of({"progress", "{}"}) + text_of({"done", "{}"}));
  BOOST_TEST(text_of(last).find("id: " + last_event_id(last) + "\nevent: done\n")
             != std::string::npos);
}

// A stream that broke between the two must still give the second one.
BOOST_AUTO_TEST_CASE(the_ids_of_both_events_of_a_last_state_differ) {
  BOOST_TEST(event_id("progress", "{}") != event_id("done", "{}"));
}

// Else a restart, or another process behind the same proxy, would not know it.
BOOST_AUTO_TEST_CASE(an_id_is_made_of_the_state_alone) {
  BOOST_TEST(event_id("progress", "{}") == "dc89c0f365dd6fb0");
  BOOST_TEST(event_id("progress", "{} ") != event_id("progress", "{}"));
}

BOOST_AUTO_TEST_SUITE_END()
