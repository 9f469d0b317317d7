#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "cli/event_reader.hpp"

using bankslip::cli::event_reader;
using bankslip::cli::server_event;

BOOST_AUTO_TEST_SUITE(event_reader_test)

namespace {

std::string read(event_reader& reader, std::string_view bytes) {
  std::string out;
  reader.push(bytes, [&](const server_event& e) { out += "[" + e.name + "|" + e.data + "]"; });
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(events_are_read_wherever_their_bytes_are_cut) {
  const std::string text = ":\n\nretry: 2000\n\nid: a\nevent: progress\ndata: {\"n\":1}\n\n"
                           "id:b\r\nevent:done\r\ndata:x\r\ndata:y\r\n\r\nevent: half\ndata: no\n";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    event_reader reader;
    const auto first = read(reader, text.substr(0, cut));
    const auto second = read(reader, text.substr(cut));
    BOOST_TEST(first + second == "[progress|{\"n\":1}][done|x\ny]");
    BOOST_TEST(reader.last_id() == "b");
  }
}

// Its event was never taken, so it must come again.
BOOST_AUTO_TEST_CASE(the_id_of_an_event_that_was_cut_off_does_not_count) {
  event_reader reader;
  read(reader, "id: a\nevent: progress\ndata: 1\n\nid: b\nevent: done\ndata: 1\n");
  reader.begin_anew();
  BOOST_TEST(reader.last_id() == "a");
  BOOST_TEST(read(reader, "data: 2\n\n") == "[|2]");
  BOOST_TEST(reader.last_id() == "a");
}

BOOST_AUTO_TEST_SUITE_END()
