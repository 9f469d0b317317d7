#include <boost/test/unit_test.hpp>

#include <csignal>
#include <filesystem>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/e2e/harness/child.hpp"
#include "tests/e2e/harness/server_process.hpp"
#include "tests/e2e/harness/wait.hpp"

using namespace bankslip::e2e;

namespace {

/// What a service manager hears of a process.
class manager {
public:
  manager() : folder_{make_folder()} {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    BOOST_REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  ~manager() {
    ::close(fd_);
    std::filesystem::remove_all(folder_);
  }
  std::string path() const { return folder_ + "/notify"; }

  /// Waits until it hears something with that line; everything before is dropped.
  void hears(const std::string& line) {
    wait_until(line, [&] {
      char buffer[512];
      const auto n = ::recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
      return n > 0
             && ('\n' + std::string(buffer, static_cast<std::size_t>(n)) + '\n').find('\n' + line)
                    != std::string::npos;
    });
  }

private:
  std::string folder_;
  int fd_ = ::socket(AF_UNIX, SOCK_DGRAM, 0);
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(service_manager_e2e)

BOOST_AUTO_TEST_CASE(the_service_manager_follows_a_server_of_each_role) {
  own_stack stack;
  for (const std::string role : {"api", "worker"}) {
    manager systemd;
    server_process server{
        stack,
        {{"BANKSLIP_ROLE", role}, {"NOTIFY_SOCKET", systemd.path()}, {"WATCHDOG_USEC", "3000000"}}};
    systemd.hears("READY=1\n");
    systemd.hears("WATCHDOG=1\n");
    ::kill(server.pid(), SIGHUP);
    systemd.hears("RELOADING=1\n");
    systemd.hears("READY=1\n");
    systemd.hears("WATCHDOG=1\n");
    server.ask_to_stop();
    systemd.hears("STOPPING=1\n");
    BOOST_TEST(server.wait(std::chrono::seconds{30}) == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_server_that_waits_for_its_database_says_so_and_is_not_ready) {
  own_stack stack;
  manager systemd;
  server_process server{stack, {{"POSTGRES_PORT", "1"}, {"NOTIFY_SOCKET", systemd.path()}}};
  systemd.hears("STATUS=waiting for schema\n");
  BOOST_TEST(server.stop() == 0);
}

BOOST_AUTO_TEST_CASE(check_tells_of_a_stack_before_and_after_the_first_start) {
  own_stack stack;
  auto variables = stack.variables();
  const auto before = run_program({"check"}, variables);
  BOOST_TEST(before.status == 0, before.output);
  BOOST_TEST(!has(before.output, "fail"), before.output);
  server_process{stack}.ready();
  const auto after = run_program({"check"}, variables);
  BOOST_TEST(after.status == 0, after.output);
  for (const auto* line : {"ok    settings    API on ", "ok    database    ", "ok    migrations  ",
                           "ok    kafka       1 broker by way of ", ": 6 partitions, 1 replica\n"})
    BOOST_TEST(has(after.output, line), line << " not in " << after.output);
}

BOOST_AUTO_TEST_CASE(check_fails_with_a_line_on_each_thing_that_is_away) {
  own_stack stack;
  auto variables = stack.variables();
  variables["POSTGRES_PORT"] = "1";
  variables["KAFKA_BOOTSTRAP_SERVERS"] = "127.0.0.1:1";
  variables["API_KEYS_FILE"] = "/nonexistent/keys";
  const auto end = run_program({"check"}, variables);
  BOOST_TEST(end.status == 1);
  for (const auto* line :
       {"ok    settings ", "fail  keys        ", "fail  database    ", "fail  kafka       "})
    BOOST_TEST(has(end.output, line), line << " not in " << end.output);
  BOOST_TEST(!has(end.output, "changethis"));
}

BOOST_AUTO_TEST_SUITE_END()
