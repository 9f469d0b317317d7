#include "app/service_manager.hpp"

#include <filesystem>
#include <thread>

#include <boost/test/unit_test.hpp>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/environment.hpp"

using namespace bankslip;
using namespace std::chrono_literals;

namespace {

/// The manager's end: a socket, and what came to it.
class listening_manager {
public:
  explicit listening_manager(std::string path) : path_{std::move(path)} {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, path_.size());
    if (path_[0] == '@')
      address.sun_path[0] = '\0';
    const auto size = offsetof(sockaddr_un, sun_path) + path_.size();
    BOOST_REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&address), static_cast<socklen_t>(size))
                  == 0);
  }
  ~listening_manager() {
    ::close(fd_);
    ::unlink(path_.c_str());
  }

  /// The next datagram; "" where none waits. Sending one puts it there at once.
  std::string next() const {
    char buffer[512];
    const auto n = ::recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
    return n > 0 ? std::string(buffer, static_cast<std::size_t>(n)) : "";
  }

private:
  std::string path_;
  int fd_ = ::socket(AF_UNIX, SOCK_DGRAM, 0);
};

std::string own_path() {
  static int n = 0;
  return (std::filesystem::temp_directory_path()
          / ("notify." + std::to_string(::getpid()) + '.' + std::to_string(++n)))
      .string();
}

} // namespace

BOOST_AUTO_TEST_SUITE(service_manager_test)

BOOST_AUTO_TEST_CASE(the_manager_is_told_of_each_state) {
  for (const auto& path : {own_path(), '@' + own_path()}) {
    const listening_manager listens{path};
    const test::environment set{{{"NOTIFY_SOCKET", path}}};
    app::service_manager manager;
    BOOST_TEST(manager.is_there());
    manager.starting("schema:\nno route", 60s);
    BOOST_TEST(listens.next()
               == "EXTEND_TIMEOUT_USEC=60000000\nSTATUS=waiting for schema: no route");
    manager.ready();
    BOOST_TEST(listens.next() == "READY=1\nSTATUS=serving");
    manager.reloading();
    BOOST_TEST(listens.next().starts_with("RELOADING=1\nMONOTONIC_USEC="));
    manager.reloaded();
    BOOST_TEST(listens.next() == "READY=1\nSTATUS=serving");
    manager.stopping(25s);
    BOOST_TEST(listens.next() == "STOPPING=1\nSTATUS=stopping\nEXTEND_TIMEOUT_USEC=25000000");
    BOOST_TEST(listens.next().empty());
  }
}

BOOST_AUTO_TEST_CASE(a_reload_before_the_start_is_over_does_not_say_ready) {
  const auto path = own_path();
  const listening_manager listens{path};
  const test::environment set{{{"NOTIFY_SOCKET", path}}};
  app::service_manager manager;
  manager.reloading();
  manager.reloaded();
  BOOST_TEST(listens.next().empty());
}

BOOST_AUTO_TEST_CASE(signs_of_life_are_wanted_three_times_in_the_watchdog_s_time) {
  const auto path = own_path();
  const listening_manager listens{path};
  const test::environment set{{{"NOTIFY_SOCKET", path},
                               {"WATCHDOG_USEC", "90000"},
                               {"WATCHDOG_PID", std::to_string(::getpid())}}};
  app::service_manager manager;
  BOOST_TEST(manager.wants_sign_of_life());
  const auto before = std::chrono::steady_clock::now();
  manager.alive();
  BOOST_TEST(listens.next() == "WATCHDOG=1");
  while (!manager.wants_sign_of_life())
    std::this_thread::yield();
  BOOST_TEST((std::chrono::steady_clock::now() - before >= 30ms));
}

BOOST_AUTO_TEST_CASE(another_process_s_watchdog_and_no_watchdog_want_nothing) {
  {
    const test::environment set{{{"WATCHDOG_USEC", "90000"}, {"WATCHDOG_PID", "1"}}};
    BOOST_TEST(!app::service_manager{}.wants_sign_of_life());
  }
  BOOST_TEST(!app::service_manager{}.wants_sign_of_life());
}

BOOST_AUTO_TEST_CASE(without_a_manager_or_with_one_that_is_gone_nothing_happens) {
  for (const auto& path :
       {std::string{}, own_path(), std::string{"relative"}, '/' + std::string(200, 'x')}) {
    const test::environment set{{{"NOTIFY_SOCKET", path}}};
    app::service_manager manager;
    BOOST_TEST(!manager.is_there());
    manager.ready();
  }
}

BOOST_AUTO_TEST_SUITE_END()
