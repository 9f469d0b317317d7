#include <boost/test/unit_test.hpp>

#include <condition_variable>
#include <mutex>

#include "http/server/bounded_pool.hpp"

using namespace bankslip::http;

BOOST_AUTO_TEST_SUITE(bounded_pool_test)

namespace {

/// Serves sockets by holding them until they are let go.
struct counter {
  void serve(int) {
    std::unique_lock lock{mutex};
    ++begun;
    changed.notify_all();
    changed.wait(lock, [this] { return ended < allowed; });
    ++ended;
    changed.notify_all();
  }
  void wait_begun(int count) {
    std::unique_lock lock{mutex};
    changed.wait(lock, [&] { return begun >= count; });
  }
  void allow(int count) {
    std::unique_lock lock{mutex};
    allowed += count;
    changed.notify_all();
    changed.wait(lock, [this] { return ended == allowed; });
  }

  std::mutex mutex;
  std::condition_variable changed;
  int begun = 0;
  int allowed = 0;
  int ended = 0;
};

} // namespace

// Kept connections are closed while others wait: a request that was on its way
// on one of them was lost, although threads were free.

BOOST_AUTO_TEST_CASE(a_socket_waits_only_where_no_thread_is_free) {
  server_signals signals;
  counter served;
  constexpr int threads = 64;
  bounded_pool pool{threads, 10, signals, [&](int socket) { served.serve(socket); }};
  for (int i = 0; i < threads; ++i) {
    BOOST_TEST(pool.push(i));
    BOOST_TEST(signals.waiting == 0u);
    served.wait_begun(i + 1);
  }
  BOOST_TEST(pool.push(threads));
  BOOST_TEST(signals.waiting == 1u);
  served.allow(threads + 1);
  pool.shutdown();
  BOOST_TEST(signals.waiting == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
