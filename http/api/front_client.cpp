#include "http/api/front_client.hpp"

#include <cstdint>
#include <future>
#include <mutex>
#include <unordered_map>

#include <caf/make_actor.hpp>
#include <caf/monitorable_actor.hpp>
#include <caf/sec.hpp>

#include "domain/error.hpp"

namespace bankslip::http {

namespace {

/// The address to which answers come. It has no mailbox and no thread: who answers puts the
/// answer where the asking thread waits for it. An actor of its own for each request, and
/// a time-out of CAF's, would cost more than the request.
class answer_desk final : public caf::monitorable_actor {
public:
  explicit answer_desk(caf::actor_config& config) : monitorable_actor{config} {}

  using ticket = std::pair<caf::message_id, std::future<caf::message>>;

  ticket expect_answer() {
    const std::lock_guard guard{mutex_};
    const auto id = ++last_;
    return {caf::make_message_id(id), open_[id].get_future()};
  }
  void give_up(caf::message_id id) {
    const std::lock_guard guard{mutex_};
    open_.erase(number_of(id));
  }

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) override {
    if (!what->mid.is_response())
      return;
    std::unique_lock lock{mutex_};
    auto waiting = open_.extract(number_of(what->mid));
    lock.unlock();
    if (waiting)
      waiting.mapped().set_value(what->move_content_to_message());
  }

private:
  static std::uint64_t number_of(caf::message_id id) { return id.request_id().integer_value(); }

  std::mutex mutex_;
  std::uint64_t last_ = 0;
  std::unordered_map<std::uint64_t, std::promise<caf::message>> open_;
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
  auto [id, answer] = desk.expect_answer();
  whom->enqueue(address_, id, std::move(request), nullptr);
  if (answer.wait_for(timeout) == std::future_status::ready)
    return answer.get();
  desk.give_up(id);
  return caf::make_message(caf::make_error(caf::sec::request_timeout));
}

caf::error front_client::error_in(const caf::message& answer) {
  if (answer.match_elements<caf::error>())
    return answer.get_as<caf::error>(0);
  return domain::make_error(domain::errc::internal, "an answer of another kind");
}

} // namespace bankslip::http
