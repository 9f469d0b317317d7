#include <boost/test/unit_test.hpp>

#include <rapidcheck.h>

#include "domain/validation.hpp"
#include "persistence/impl/binary.hpp"
#include "persistence/impl/conninfo.hpp"
#include "persistence/impl/errors.hpp"
#include "persistence/impl/text.hpp"

using namespace bankslip;
using namespace bankslip::persistence;
using domain::errc;

BOOST_AUTO_TEST_SUITE(text_test)

BOOST_AUTO_TEST_CASE(arrays_of_texts_survive_the_text_form) {
  BOOST_TEST(rc::check([](const std::vector<std::string>& texts) {
    auto cleaned = texts;
    for (auto& t : cleaned)
      t = clean_text(t);
    return parse_text_array(array_literal(texts)) == cleaned;
  }));
  BOOST_TEST((parse_text_array(R"({a,"b c","",NULL,"q\"\\"})")
              == std::vector<std::string>{"a", "b c", "", "NULL", "q\"\\"}));
  BOOST_TEST(parse_text_array("{}").empty());
  BOOST_TEST(array_literal(std::vector<std::int64_t>{-1, 2}) == "{-1,2}");
}

BOOST_AUTO_TEST_CASE(cleaned_text_is_valid_and_valid_text_is_not_changed) {
  BOOST_TEST(rc::check([](const std::string& text) {
    auto cleaned = clean_text(text);
    return domain::is_clean_utf8(cleaned) && (!domain::is_clean_utf8(text) || cleaned == text);
  }));
  BOOST_TEST(clean_text(std::string_view{"é\xc3\0ab\xe2\x82", 8}) == "é��ab��");
}

BOOST_AUTO_TEST_CASE(bytes_survive_the_hex_form) {
  BOOST_TEST(rc::check([](const std::string& b) { return parse_hex(hex_literal(b)) == b; }));
}

BOOST_AUTO_TEST_CASE(amounts_survive_the_binary_form) {
  BOOST_TEST(rc::check([] {
    auto cents = *rc::gen::inRange<std::int64_t>(-9'999'999'999, 10'000'000'000);
    binary_writer w;
    w.field(domain::money{cents});
    return read_money(w.take().data() + 4).cents == cents;
  }));
}

BOOST_AUTO_TEST_CASE(states_of_postgresql_become_errors_that_say_what_to_do) {
  BOOST_TEST(code_for("40P01", true) == errc::transaction_conflict);
  BOOST_TEST(code_for("40001", true) == errc::transaction_conflict);
  BOOST_TEST(code_for("55P03", true) == errc::transaction_conflict);
  BOOST_TEST(code_for("57014", true) == errc::transaction_conflict);
  BOOST_TEST(code_for("23505", true) == errc::already_stored);
  BOOST_TEST(code_for("BSI01", true) == errc::intent_lost);
  BOOST_TEST(code_for("53100", true) == errc::database_refused);
  BOOST_TEST(code_for("53200", true) == errc::database_refused);
  BOOST_TEST(code_for("42P01", true) == errc::database_refused);
  BOOST_TEST(code_for("22021", true) == errc::invalid_input);
  for (auto state :
       {"08006", "08P01", "57P01", "57P02", "57P03", "57P04", "57P05", "53300", "25P03", "25006"})
    BOOST_TEST(code_for(state, true) == errc::database_unavailable, state);
  BOOST_TEST(code_for("", false) == errc::database_unavailable);
  BOOST_TEST(domain::text_of(database_error("settle", "53100", "disk\nfull\n", true))
             == "database refused: cannot settle: disk full (SQLSTATE 53100)");
}

BOOST_AUTO_TEST_CASE(prepared_statements_lost_in_a_pooler_name_the_setting) {
  for (auto state : {"42P05", "26000"})
    BOOST_TEST(domain::text_of(database_error("check debts", state, "prepared statement", true))
                   .find("POSTGRES_PREPARED=off")
               != std::string::npos);
}

BOOST_AUTO_TEST_CASE(values_of_a_connection_string_are_quoted) {
  postgres_options o;
  o.password = "a'b\\c";
  o.extra = "sslmode=require";
  auto text = conninfo(o, "my db");
  BOOST_TEST(text.find("password='a\\'b\\\\c' ") != std::string::npos);
  BOOST_TEST(text.find("dbname='my db' ") != std::string::npos);
  BOOST_TEST(text.ends_with(" sslmode=require"));
}

BOOST_AUTO_TEST_SUITE_END()
