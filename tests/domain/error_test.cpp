#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

#include <caf/sec.hpp>

#include "domain/error.hpp"

using namespace bankslip::domain;

BOOST_AUTO_TEST_SUITE(error_test)

namespace {

constexpr int last = static_cast<int>(errc::worker_crashed_mailing);

} // namespace

BOOST_AUTO_TEST_CASE(an_error_keeps_its_code_and_text) {
  auto error = make_error(errc::database_unavailable, "connection refused");
  BOOST_TEST(static_cast<bool>(error));
  BOOST_TEST(code_of(error) == errc::database_unavailable);
  BOOST_TEST(text_of(error) == "database unavailable: connection refused");
}

BOOST_AUTO_TEST_CASE(an_error_without_text_is_still_told_by_its_name) {
  BOOST_TEST(text_of(make_error(errc::not_found)) == "not found");
}

BOOST_AUTO_TEST_CASE(no_error_is_ok) {
  BOOST_TEST(code_of(caf::error{}) == errc::ok);
  BOOST_TEST(!text_of(caf::error{}).empty());
}

BOOST_AUTO_TEST_CASE(errors_of_others_are_internal_and_not_retried) {
  caf::error error{caf::sec::request_timeout};
  BOOST_TEST(code_of(error) == errc::internal);
  BOOST_TEST(text_of(error).starts_with("internal: "));
  BOOST_TEST(!is_retryable(error));
}

BOOST_AUTO_TEST_CASE(every_code_has_a_name_of_its_own) {
  std::set<std::string> names;
  for (int i = 0; i <= last; ++i)
    names.insert(to_string(static_cast<errc>(i)));
  BOOST_TEST(names.size() == static_cast<std::size_t>(last) + 1);
  BOOST_TEST(to_string(errc::internal) == "internal");
  BOOST_TEST(to_string(errc::already_stored) == "already_stored");
}

BOOST_AUTO_TEST_CASE(every_code_survives_the_way_through_a_caf_error) {
  for (int i = 1; i <= last; ++i)
    BOOST_TEST(code_of(make_error(static_cast<errc>(i), "x")) == static_cast<errc>(i));
}

BOOST_AUTO_TEST_CASE(only_what_may_pass_by_itself_is_retried) {
  for (auto code : {errc::database_unavailable, errc::broker_unavailable, errc::contended,
                    errc::service_paused, errc::transaction_conflict, errc::overloaded})
    BOOST_TEST(is_retryable(make_error(code)), to_string(code));
  for (auto code : {errc::invalid_input, errc::not_found, errc::wrong_state, errc::intent_lost,
                    errc::client_fatal, errc::internal})
    BOOST_TEST(!is_retryable(make_error(code)), to_string(code));
  BOOST_TEST(!is_retryable(caf::error{}));
}

BOOST_AUTO_TEST_SUITE_END()
