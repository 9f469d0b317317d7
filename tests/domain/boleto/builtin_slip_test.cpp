#include "domain/boleto/builtin_slip.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include "domain/boleto/bar_code.hpp"
#include "domain/boleto/factor.hpp"
#include "domain/error.hpp"

using namespace bankslip::domain;

BOOST_AUTO_TEST_SUITE(builtin_slip_test)

namespace {

debt a_debt(std::string id, std::int64_t cents = 12345) {
  return {std::move(id),       "Maria",      "52998224725",
          "maria@example.com", money{cents}, date{std::chrono::year{2026} / 12 / 21}};
}

// The nosso número as a number that sorts: its two halves of 11 digits.
std::pair<std::uint64_t, std::uint64_t> key_of(const std::string& line) {
  auto digits = line.substr(7, 2) + line.substr(10, 10) + line.substr(21, 10);
  std::pair<std::uint64_t, std::uint64_t> key;
  std::from_chars(digits.data(), digits.data() + 11, key.first);
  std::from_chars(digits.data() + 11, digits.data() + 22, key.second);
  return key;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_debt_has_the_same_slip_for_ever) {
  // SHA-256("debt-1") is 0c9e4339082f74001476c5fcc8eb3468...; the rest by the rules, in Python.
  auto s = make_builtin_slip(a_debt("debt-1"));
  BOOST_TEST(s.nosso_numero == "8700494336017503704168");
  BOOST_TEST(s.barcode == "99991166700000123451018700494336017503704168");
  BOOST_TEST(s.linha_digitavel == "99991018770049433601975037041680116670000012345");
}

BOOST_AUTO_TEST_CASE(any_builtin_slip_is_a_valid_one_with_what_the_debt_says) {
  BOOST_TEST(rc::check([](const std::string& id) {
    auto d = a_debt(id, *rc::gen::inRange<std::int64_t>(1, max_amount.cents + 1));
    d.due_date = first_due_date + std::chrono::days{*rc::gen::inRange(1000, 19000)};
    auto s = make_builtin_slip(d);
    auto r = read_line(s.linha_digitavel);
    RC_ASSERT(r.valid());
    RC_ASSERT(r.barcode == s.barcode);
    RC_ASSERT(r.fields.bank == builtin_bank);
    RC_ASSERT((r.fields.amount == d.amount));
    RC_ASSERT(r.fields.factor == due_factor(d.due_date).value());
    RC_ASSERT(r.fields.free_field == std::string{builtin_wallet} + s.nosso_numero);
    std::string line = "x";
    append_builtin_line(line, d);
    RC_ASSERT(line == "x" + s.linha_digitavel);
  }));
}

BOOST_AUTO_TEST_CASE(the_nosso_numero_depends_on_nothing_but_the_id) {
  auto a = a_debt("7f0e");
  auto b = a;
  b.name = "João";
  b.amount = money{1};
  BOOST_TEST(make_builtin_slip(a).nosso_numero == make_builtin_slip(b).nosso_numero);
  b.debt_id = "7f0f";
  BOOST_TEST(make_builtin_slip(a).nosso_numero != make_builtin_slip(b).nosso_numero);
}

// Ten million draws of 10^22 numbers collide with a chance of 5e-9.
BOOST_AUTO_TEST_CASE(ten_million_debts_share_no_nosso_numero) {
  constexpr std::size_t count = 10'000'000;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> keys;
  keys.reserve(count);
  auto d = a_debt("");
  std::string line;
  for (std::size_t i = 0; i < count; ++i) {
    d.debt_id = "debt-" + std::to_string(i);
    line.clear();
    append_builtin_line(line, d);
    keys.push_back(key_of(line));
  }
  std::sort(keys.begin(), keys.end());
  BOOST_TEST((std::adjacent_find(keys.begin(), keys.end()) == keys.end()));
}

BOOST_AUTO_TEST_SUITE_END()
