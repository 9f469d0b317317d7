#include "http/api/front_client.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <mutex>
#include <utility>
#include <vector>

#include <semaphore.h>

#include <caf/make_actor.hpp>
#include <caf/monitorable_actor.hpp>
#include <caf/sec.hpp>

#include "domain/error.hpp"

namespace bankslip::http {

namespace {

using std::chrono::steady_clock;

/// One thread waits, another wakes it up. A future of libstdc++ waits in a way that other
/// processes could share, which costs the kernel a look at the page each time.
class wake_up {
public:
  wake_up() noexcept { ::sem_init(&semaphore_, 0, 0); }
  ~wake_up() { ::sem_destroy(&semaphore_); }
  wake_up(const wake_up&) = delete;
  wake_up& operator=(const wake_up&) = delete;

  /// May be destroyed as soon as the other thread is awake.
  void give() noexcept { ::sem_post(&semaphore_); }
  /// False: it did not come in time.
  bool wait_until(steady_clock::time_point deadline) noexcept {
    const auto since = deadline.time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
    const timespec until{seconds.count(), (since - seconds).count()};
    int failed = 0;
    do
      failed = ::sem_clockwait(&semaphore_, CLOCK_MONOTONIC, &until);
    while (failed != 0 && errno == EINTR);
    return failed == 0;
  }

private:
  sem_t semaphore_{};
};

/// The address to which answers come. It has no mailbox and no thread: who answers puts the
/// answer where the asking thread waits for it. An actor of its own for each request, and
/// a time-out of CAF's, would cost more than the request.
class answer_desk final : public caf::monitorable_actor {
public:
  explicit answer_desk(caf::actor_config& config) : monitorable_actor{config} {}

  caf::message ask(const caf::strong_actor_ptr& whom, std::chrono::milliseconds timeout,
                   caf::message request) {
    asker me;
    {
      const std::lock_guard guard{mutex_};
      me.id = ++last_;
      open_.push_back(&me);
    }
    whom->enqueue(caf::strong_actor_ptr{ctrl()}, caf::make_message_id(me.id), std::move(request),
                  nullptr);
    if (me.answered.wait_until(steady_clock::now() + timeout))
      return std::move(me.answer);
    if (take(me.id))
      return caf::make_message(caf::make_error(caf::sec::request_timeout));
    // It came in the last moment.
    me.answered.wait_until(steady_clock::time_point::max());
    return std::move(me.answer);
  }

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) override {
    if (!what->mid.is_response())
      return;
    if (auto* waiting = take(what->mid.request_id().integer_value())) {
      waiting->answer = what->move_content_to_message();
      waiting->answered.give();
    }
  }

private:
  /// Stands where the asking thread waits.
  struct asker {
    std::uint64_t id = 0;
    caf::message answer;
    wake_up answered;
  };

  /// Who asked under this id; nothing when that is over.
  asker* take(std::uint64_t id) {
    const std::lock_guard guard{mutex_};
    const auto at =
        std::find_if(open_.begin(), open_.end(), [id](const asker* one) { return one->id == id; });
    if (at == open_.end())
      return nullptr;
    auto* found = *at;
    *at = open_.back();
    open_.pop_back();
    return found;
  }

  std::mutex mutex_;
  std::uint64_t last_ = 0;
  std::vector<asker*> open_;
};

} // namespace

front_client::front_client(caf::actor_system& system, actors::front_actor front,
                           std::chrono::milliseconds timeout)
    : front_{std::move(front)}, timeout_{timeout} {
  caf::actor_config config;
  address_ = caf::make_actor<answer_desk, caf::strong_actor_ptr>(system.next_actor_id(),
                                                                 system.node(), &system, config);
}

caf::message front_client::wait_for_answer(const caf::strong_actor_ptr& whom,
                                           std::chrono::milliseconds timeout,
                                           caf::message request) const {
  auto& desk = *static_cast<answer_desk*>(caf::actor_cast<caf::abstract_actor*>(address_));
  return desk.ask(whom, timeout, std::move(request));
}

caf::error front_client::error_in(const caf::message& answer) {
  if (answer.match_elements<caf::error>())
    return answer.get_as<caf::error>(0);
  return domain::make_error(domain::errc::internal, "an answer of another kind");
}

} // namespace bankslip::http
