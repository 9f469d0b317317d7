#include <boost/test/unit_test.hpp>

#include <string>

#include "domain/crypto.hpp"
#include "domain/text/hex.hpp"

using namespace bankslip::domain;

BOOST_AUTO_TEST_SUITE(crypto_test)

// FIPS 180-4 examples and NIST's short and long message vectors.
BOOST_AUTO_TEST_CASE(sha256_gives_the_published_digests) {
  BOOST_TEST(to_hex(sha256(""))
             == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(to_hex(sha256("abc"))
             == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))
             == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  BOOST_TEST(to_hex(sha256("\xbd"))
             == "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b");
  BOOST_TEST(to_hex(sha256(std::string(1'000'000, 'a')))
             == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

BOOST_AUTO_TEST_CASE(parts_are_digested_as_one) {
  BOOST_TEST((sha256({"a", "", "bc"}) == sha256("abc")));
}

BOOST_AUTO_TEST_CASE(digests_are_compared_whole) {
  auto other = sha256("abc");
  BOOST_TEST(same_digest(sha256("abc"), other));
  other.back() ^= 1;
  BOOST_TEST(!same_digest(sha256("abc"), other));
}

BOOST_AUTO_TEST_CASE(tokens_are_base64url_of_that_many_bytes) {
  for (const auto& [bytes, letters] : {std::pair{1, 2}, {2, 3}, {3, 4}, {32, 43}}) {
    const auto token = random_token(static_cast<std::size_t>(bytes));
    BOOST_TEST(token.size() == static_cast<std::size_t>(letters));
    BOOST_TEST(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789-_")
               == std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
