#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include <sys/socket.h>
#include <unistd.h>

#include "http/server/connection.hpp"

using namespace bankslip::http;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(connection_test)

namespace {

/// A connection and its client's end of the line.
struct fixture {
  fixture() {
    std::array<int, 2> ends{};
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    client = ends[0];
    limits.write_total = 2s;
    served.emplace(ends[1], limits, signals);
  }
  ~fixture() { ::close(client); }

  // Boost.Test's checks are for one thread.
  bool send(std::string_view bytes) const {
    return ::send(client, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size());
  }

  std::size_t read_all() const {
    std::size_t taken = 0;
    std::array<char, 4096> buffer{};
    for (ssize_t n; (n = ::recv(client, buffer.data(), buffer.size(), 0)) > 0;)
      taken += static_cast<std::size_t>(n);
    return taken;
  }

  int client = -1;
  connection_limits limits;
  server_signals signals;
  std::optional<connection> served;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(connections, fixture)

BOOST_AUTO_TEST_CASE(the_time_of_a_body_is_not_taken_from_its_answer) {
  BOOST_REQUIRE(send("POST /bankslip/batch HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                     "Content-Length: 1\r\n\r\n"));
  BOOST_TEST_REQUIRE(served->await_head() == connection::head_result::ready);
  served->begin_body({});
  std::thread slow{[this] {
    std::this_thread::sleep_for(limits.write_total + 100ms);
    send("x");
  }};
  std::string body;
  BOOST_TEST(served->read_body(body) == body_result::bytes);
  slow.join();
  BOOST_TEST(body == "x");
  // More than the line holds, so that the writer has to wait for the reader.
  const std::string answer(4 << 20, 'a');
  std::size_t taken = 0;
  std::thread reader{[&] { taken = read_all(); }};
  served->send(answer);
  served.reset();
  reader.join();
  BOOST_TEST(taken == answer.size() + std::string_view{"HTTP/1.1 100 Continue\r\n\r\n"}.size());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
