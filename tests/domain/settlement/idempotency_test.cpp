#include <boost/test/unit_test.hpp>

#include <string>
#include <thread>
#include <vector>

#include "domain/crypto.hpp"
#include "domain/settlement/idempotency.hpp"
#include "domain/text/hex.hpp"

using namespace bankslip::domain;

BOOST_AUTO_TEST_SUITE(idempotency_test)

namespace {

std::string hex(const sha256_digest& digest) { return to_hex(digest); }

} // namespace

BOOST_AUTO_TEST_CASE(the_key_is_the_hex_digest_of_debt_and_attempt) {
  BOOST_TEST(idempotency_key("debt-1", 2) == hex(sha256("debt-1:2")));
  BOOST_TEST(idempotency_key("debt-1", 2).size() == 64);
}

BOOST_AUTO_TEST_CASE(another_debt_or_attempt_has_another_key) {
  BOOST_TEST(idempotency_key("debt-1", 1) != idempotency_key("debt-1", 2));
  BOOST_TEST(idempotency_key("debt-1", 1) != idempotency_key("debt-2", 1));
  BOOST_TEST(idempotency_key("debt", 11) != idempotency_key("debt1", 1));
}

BOOST_AUTO_TEST_CASE(the_fingerprint_is_the_beginning_of_the_key) {
  for (int attempt : {1, 2, 10}) {
    auto key = idempotency_key("0b7f5f0e-5a31-4c0e-9a44-3f1c2d6e7a01", attempt);
    auto print = attempt_fingerprint("0b7f5f0e-5a31-4c0e-9a44-3f1c2d6e7a01", attempt);
    BOOST_TEST(print == std::stoull(key.substr(0, 16), nullptr, 16));
  }
}

BOOST_AUTO_TEST_CASE(threads_do_not_disturb_one_another) {
  const auto expected = idempotency_key("d", 1);
  std::vector<int> wrong(4);
  std::vector<std::thread> threads;
  for (auto& count : wrong)
    threads.emplace_back([&count, &expected] {
      for (int i = 0; i < 2000; ++i)
        count += idempotency_key("d", 1) != expected;
    });
  for (auto& thread : threads)
    thread.join();
  BOOST_TEST(wrong == std::vector<int>(4), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
