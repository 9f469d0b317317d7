#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "cli/system_changes.hpp"

using bankslip::cli::system_changes;

BOOST_AUTO_TEST_SUITE(system_changes_test)

namespace {

using lines = std::vector<std::string>;

/// A `system` event; `changes` replace members of a quiet one.
std::string event(const std::string& away = "[]", const std::string& uploads = "[]",
                  const std::string& started = "then", const std::string& restarts = "0",
                  const std::string& breaker = "false") {
  return R"({"started_at":")" + started
         + R"(","rates":{"accepted":1,"generated":2,"emailed":3,"failed":4},"lanes":[],"lag":5,)"
           R"("breakers":{"email":)"
         + breaker + R"(},"restarts":{"worker":)" + restarts + R"(},"away":)" + away
         + R"(,"uploads":)" + uploads + "}";
}

const std::string upload =
    R"([{"upload_id":"17","state":"processing","accepted":200,"emailed":80,"duplicates":3,)"
    R"("conflicts":0,"failed":1,"in_doubt":0}])";

} // namespace

BOOST_AUTO_TEST_CASE(a_lag_that_nobody_knows_is_not_told_as_none) {
  system_changes changes;
  changes.look(event());
  BOOST_TEST(changes.figures().starts_with("lag 5  accepted"));
  auto unknown = event();
  unknown.replace(unknown.find("\"lag\":5"), 7, "\"lag\":null");
  changes.look(unknown);
  BOOST_TEST(changes.figures().starts_with("lag -  accepted"));
}

BOOST_AUTO_TEST_CASE(only_what_is_new_is_told) {
  system_changes changes;
  BOOST_TEST((changes.look(event()) == lines{"the server runs since then"}));
  BOOST_TEST((changes.look(event()) == lines{}));
  const auto away = R"([{"dependency":"kafka","reason":"no connection"}])";
  BOOST_TEST((changes.look(event(away)) == lines{"away: kafka: no connection"}));
  BOOST_TEST((changes.look(event(away)) == lines{}));
  BOOST_TEST((changes.look(event()) == lines{"back: kafka"}));
  BOOST_TEST((changes.look(event("[]", "[]", "then", "2", "true"))
              == lines{"the breaker of email opens", "worker was started anew (2)"}));
  BOOST_TEST(
      (changes.look(event("[]", "[]", "then", "2")) == lines{"the breaker of email closes"}));
}

BOOST_AUTO_TEST_CASE(uploads_begin_and_end_and_are_kept_while_they_are_unknown) {
  system_changes changes;
  changes.look(event());
  BOOST_TEST((changes.look(event("[]", upload)) == lines{"upload 17 is under way"}));
  BOOST_TEST(changes.figures() == "lag 5  accepted 1/s  e-mailed 3/s  failed 4/s  upload 17 42 %");
  BOOST_TEST((changes.look(event("[]", "null")) == lines{}));
  BOOST_TEST((changes.look(event("[]", upload)) == lines{}));
  BOOST_TEST((changes.look(event()) == lines{"upload 17 has ended"}));
}

BOOST_AUTO_TEST_CASE(a_restart_of_the_server_is_told) {
  system_changes changes;
  changes.look(event());
  BOOST_TEST((changes.look(event("[]", "[]", "now")) == lines{"the server runs since now"}));
}

BOOST_AUTO_TEST_CASE(what_is_no_event_of_the_system_is_left_alone) {
  system_changes changes;
  for (const auto* text : {"", "{", "[]", "{\"rates\":1}"})
    BOOST_TEST((changes.look(text) == lines{}));
}

BOOST_AUTO_TEST_SUITE_END()
