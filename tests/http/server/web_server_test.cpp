#include <boost/test/unit_test.hpp>

#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "domain/error.hpp"
#include "http/server/web_server.hpp"
#include "tests/http/server/raw_client.hpp"

using namespace bankslip;
using namespace bankslip::http;
using fakes::raw_client;

BOOST_AUTO_TEST_SUITE(web_server_test)

namespace {

void refuse(response& answer, int status, std::string_view detail) {
  answer.status = status;
  answer.body = detail;
}

/// Two parts, then the end, or a break.
void stream(exchange& x, bool broken) {
  x.response.stream = [parts = 0, broken](std::string& out) mutable {
    if (++parts <= 2)
      out += "part";
    return parts <= 2 || !broken;
  };
}

struct fixture {
  fixture() {
    options.listen.port = 0;
    options.refuse = refuse;
  }

  int port() {
    if (!server) {
      router routes;
      routes.add("GET", "/text", [](exchange& x) { x.response.body = "text"; });
      routes.add("GET", "/whole", [](exchange& x) { stream(x, false); });
      routes.add("GET", "/broken", [](exchange& x) { stream(x, true); });
      routes.add("GET", "/throw", [](exchange& x) {
        x.response.headers.push_back({"X-Half", "done"});
        throw std::runtime_error{"secret"};
      });
      routes.add("GET", "/held", [this](exchange&) {
        entered.set_value();
        let_go.get_future().wait();
      });
      auto started = start_web_server(options, std::move(routes));
      BOOST_REQUIRE(started);
      server = std::move(*started);
    }
    return server->port();
  }

  std::string get(const std::string& path, const std::string& version = "1.1") {
    raw_client c{port()};
    c.send("GET " + path + " HTTP/" + version + "\r\nHost: x\r\nConnection: close\r\n\r\n");
    return c.read_all();
  }

  /// The descriptor that listens on the server's port.
  int listening() {
    for (int fd = 3; fd < 1024; ++fd) {
      int listens = 0;
      socklen_t size = sizeof listens;
      sockaddr_in at{};
      socklen_t length = sizeof at;
      if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0
          && ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &length) == 0
          && ntohs(at.sin_port) == port())
        return fd;
    }
    return -1;
  }

  std::promise<void> entered;
  std::promise<void> let_go;
  web_server_options options;
  std::unique_ptr<listener> server;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(web_servers, fixture)

BOOST_AUTO_TEST_CASE(a_stream_that_breaks_off_has_no_last_chunk) {
  BOOST_TEST(get("/whole").ends_with("\r\n\r\n4\r\npart\r\n4\r\npart\r\n0\r\n\r\n"));
  BOOST_TEST(get("/broken").ends_with("\r\n\r\n4\r\npart\r\n4\r\npart\r\n"));
  BOOST_TEST(get("/whole", "1.0").ends_with("\r\n\r\npartpart"));
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_is_answered_500_and_its_text_kept_inside) {
  const auto answer = get("/throw");
  BOOST_TEST(answer.starts_with("HTTP/1.1 500 "));
  BOOST_TEST(answer.ends_with("\r\n\r\nInternal Server Error"));
  BOOST_TEST(answer.find("X-Half") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_answer_names_its_request) {
  const auto ask = [&](const std::string& text) {
    raw_client c{port()};
    c.send(text);
    return c.read_all();
  };
  const auto named = "HTTP/1.1\r\nX-Request-Id: mine-1\r\nConnection: close\r\n\r\n";
  for (const std::string path : {"/text", "/throw", "/nothing"})
    BOOST_TEST(ask("GET " + path + ' ' + named).find("\r\nX-Request-Id: mine-1\r\n")
               != std::string::npos);
  for (const std::string text :
       {"GET /text HTTP/1.1\r\nX-Request-Id: a b\r\nConnection: close\r\n", "no HTTP at all\r\n"}) {
    const auto answer = ask(text + "\r\n");
    const auto at = answer.find("\r\nX-Request-Id: ");
    BOOST_REQUIRE(at != std::string::npos);
    BOOST_TEST(answer.find("\r\n", at + 2) - at == 32u);
  }
}

BOOST_AUTO_TEST_CASE(a_head_answer_has_the_length_and_no_body) {
  raw_client c{port()};
  c.send("HEAD /text HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto answer = c.read_all();
  BOOST_TEST(answer.find("Content-Length: 4\r\n") != std::string::npos);
  BOOST_TEST(answer.ends_with("\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(connections_beyond_the_bound_are_refused_at_once) {
  options.threads = 1;
  options.max_waiting = 1;
  raw_client held{port()};
  held.send("GET /held HTTP/1.1\r\nConnection: close\r\n\r\n");
  entered.get_future().wait();
  raw_client waits{port()};
  waits.send("GET /text HTTP/1.1\r\nConnection: close\r\n\r\n");
  // Connections are accepted in the order in which they came.
  BOOST_TEST(raw_client{port()}.read_all().starts_with("HTTP/1.1 503 "));
  let_go.set_value();
  BOOST_TEST(held.read_all().starts_with("HTTP/1.1 200 "));
  BOOST_TEST(waits.read_all().ends_with("text"));
}

// Out of memory or descriptors the library closes the port and returns.
BOOST_AUTO_TEST_CASE(a_port_that_the_library_gave_up_is_opened_again) {
  BOOST_TEST(get("/text").ends_with("text"));
  const auto fd = listening();
  BOOST_REQUIRE(fd >= 0);
  ::shutdown(fd, SHUT_RDWR);
  // While the port is closed a connection is refused.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  for (bool open = false; !open;) {
    BOOST_REQUIRE((std::chrono::steady_clock::now() < deadline));
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(static_cast<std::uint16_t>(port()));
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto probe = ::socket(AF_INET, SOCK_STREAM, 0);
    open = ::connect(probe, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0;
    ::close(probe);
    std::this_thread::yield();
  }
  BOOST_TEST(get("/text").ends_with("text"));
}

BOOST_AUTO_TEST_CASE(a_server_may_be_stopped_twice_and_its_port_taken_again) {
  options.listen.port = port();
  server->stop();
  server->stop();
  server.reset();
  BOOST_TEST(get("/text").ends_with("text"));
}

BOOST_AUTO_TEST_CASE(an_address_that_is_not_ours_is_named) {
  options.listen.host = "192.0.2.1";
  const auto started = start_web_server(options, {});
  BOOST_REQUIRE(!started);
  BOOST_TEST(domain::text_of(started.error()).find("cannot listen on 192.0.2.1:0: ")
             != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
