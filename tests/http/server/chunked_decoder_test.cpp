#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

#include "http/server/chunked_decoder.hpp"

using bankslip::http::chunked_decoder;
using state = chunked_decoder::state;

BOOST_AUTO_TEST_SUITE(chunked_decoder_test)

namespace {

constexpr std::string_view body = "4\r\nWiki\r\n6;name=value\r\npedia \r\nE\r\nin \r\n\r\nchunks."
                                  "\r\n0\r\nTrailer: x\r\n\r\n";
constexpr std::string_view text = "Wikipedia in \r\n\r\nchunks.";

state after(std::string_view raw) {
  chunked_decoder d;
  std::string out;
  d.decode(raw, out);
  return d.now();
}

} // namespace

BOOST_AUTO_TEST_CASE(a_body_cut_anywhere_gives_the_same_text) {
  for (std::size_t cut = 0; cut <= body.size(); ++cut) {
    chunked_decoder d;
    std::string out;
    BOOST_TEST(d.decode(body.substr(0, cut), out) == cut);
    BOOST_TEST((d.now() == state::done) == (cut == body.size()));
    d.decode(body.substr(cut), out);
    BOOST_TEST(out == text);
    BOOST_TEST(d.now() == state::done);
  }
}

BOOST_AUTO_TEST_CASE(bytes_after_the_last_chunk_are_left_alone) {
  chunked_decoder d;
  std::string out;
  const std::string raw = std::string{body} + "GET / HTTP/1.1\r\n";
  BOOST_TEST(d.decode(raw, out) == body.size());
}

BOOST_AUTO_TEST_CASE(broken_framing_is_malformed) {
  BOOST_TEST(after("x\r\n") == state::malformed);
  BOOST_TEST(after("\r\n") == state::malformed);
  BOOST_TEST(after("-1\r\n") == state::malformed);
  BOOST_TEST(after("4\nWiki") == state::malformed);
  BOOST_TEST(after("4\r\nWikix") == state::malformed);
  BOOST_TEST(after("4\r\nWiki\rx") == state::malformed);
  BOOST_TEST(after("ffffffffffffffff\r\n") == state::malformed);
  BOOST_TEST(after("0\r\n\rx") == state::malformed);
}

BOOST_AUTO_TEST_CASE(endless_lines_are_malformed) {
  BOOST_TEST(after("1;" + std::string(5000, 'a')) == state::malformed);
  std::string trailers = "0\r\n";
  for (int i = 0; i < 500; ++i)
    trailers += "A: bcdef\r\n";
  BOOST_TEST(after(trailers) == state::malformed);
}

BOOST_AUTO_TEST_SUITE_END()
