#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <string>

#include "tests/e2e/harness/client.hpp"
#include "tests/e2e/harness/server_process.hpp"
#include "tests/e2e/harness/stack.hpp"

using namespace bankslip::e2e;

BOOST_AUTO_TEST_SUITE(description_e2e)

namespace {

struct shell_end {
  int status = -1;
  std::string output;
};

/// Runs `command` in an empty folder that is removed afterwards.
shell_end run_shell(const std::string& command) {
  const auto whole =
      "d=$(mktemp -d) && cd \"$d\" && { " + command + "; } 2>&1; s=$?; rm -rf \"$d\"; exit $s";
  shell_end end;
  auto* pipe = ::popen(whole.c_str(), "r");
  BOOST_REQUIRE(pipe);
  char part[4096];
  while (const auto n = std::fread(part, 1, sizeof part, pipe))
    end.output.append(part, n);
  end.status = ::pclose(pipe);
  return end;
}

std::string base(const server_process& server) {
  return "http://127.0.0.1:" + std::to_string(server.port());
}

} // namespace

BOOST_AUTO_TEST_CASE(the_description_breaks_no_rule_of_redocly) {
  own_stack stack;
  server_process server{stack};
  const auto end = run_shell("curl -fsS " + base(server)
                             + "/openapi.json | node " SOURCE_DIR
                               "/tests/e2e/lint_openapi.mjs " SOURCE_DIR "/.local/npm");
  BOOST_TEST(end.status == 0, end.output);
}

BOOST_AUTO_TEST_CASE(no_request_gets_an_answer_that_is_not_described) {
  own_stack stack;
  server_process server{stack};
  server.ready();
  const auto end =
      run_shell(SOURCE_DIR "/.local/venv/bin/st --config-file " SOURCE_DIR
                           "/tests/e2e/schemathesis.toml run --no-color --warnings off "
                           "--continue-on-failure "
                + base(server) + "/openapi.json");
  BOOST_TEST(end.status == 0, end.output);
  BOOST_TEST(get(server.admin_port(), "/readyz").status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
