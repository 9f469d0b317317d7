#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdint>
#include <thread>

#include <sys/syscall.h>
#include <unistd.h>

#include "app/quick_turns.hpp"

using namespace bankslip;

namespace {

/// `struct sched_attr` in numbers of 8 bytes: the fourth one is the length of a turn, which
/// is 0 before Linux 6.12.
std::uint64_t turn_of_this_thread() {
  std::array<std::uint64_t, 7> attributes{};
  BOOST_REQUIRE(::syscall(SYS_sched_getattr, 0, attributes.data(), sizeof attributes, 0) == 0);
  return attributes[3];
}

std::uint64_t turn_of_a_thread() {
  std::uint64_t out = 0;
  std::thread{[&] { out = turn_of_this_thread(); }}.join();
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(quick_turns_test)

BOOST_AUTO_TEST_CASE(threads_that_are_started_meanwhile_have_shorter_turns_than_others) {
  const auto usual = turn_of_a_thread();
  std::uint64_t shorter = 0;
  {
    const app::quick_turns quick;
    shorter = turn_of_a_thread();
  }
  BOOST_TEST((usual == 0 || shorter < usual));
  BOOST_TEST(turn_of_a_thread() == usual);
  BOOST_TEST(turn_of_this_thread() == usual);
}

BOOST_AUTO_TEST_SUITE_END()
