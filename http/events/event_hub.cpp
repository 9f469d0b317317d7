#include "http/events/event_hub.hpp"

#include <atomic>
#include <mutex>

#include <sys/eventfd.h>
#include <unistd.h>

namespace bankslip::http {

using task = std::function<void(event_streams&)>;

/// Tasks for the hub's thread.
struct event_hub::mailbox {
  mailbox() : wake{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {}
  ~mailbox() { ::close(wake); }
  mailbox(const mailbox&) = delete;
  mailbox& operator=(const mailbox&) = delete;

  void post(task t) {
    const std::lock_guard lock{mutex};
    tasks.push_back(std::move(t));
    ::eventfd_write(wake, 1);
  }

  std::vector<task> take() {
    const std::lock_guard lock{mutex};
    eventfd_t count = 0;
    ::eventfd_read(wake, &count);
    return std::exchange(tasks, {});
  }

  const int wake;
  std::atomic<bool> stopping{false};
  std::atomic<std::size_t> places{0};
  std::mutex mutex;
  std::vector<task> tasks;
};

event_hub::event_hub(event_hub_options options)
    : max_streams_{options.max_streams}, mailbox_{std::make_shared<mailbox>()} {
  options.streams.ask = [box = mailbox_, ask = std::move(options.ask)](auto topics) {
    ask(std::move(topics), [box](event_states states) {
      box->post([states = std::move(states)](event_streams& streams) {
        for (const auto& [topic, state] : states)
          streams.show(topic, state);
        streams.answered();
      });
    });
  };
  thread_ = std::thread{
      [this, streams = std::move(options.streams)]() mutable { run(std::move(streams)); }};
}

void event_hub::run(event_stream_options options) {
  event_streams streams{std::move(options)};
  do {
    streams.turn(std::chrono::milliseconds::max(), mailbox_->wake);
    for (const auto& t : mailbox_->take())
      t(streams);
  } while (!mailbox_->stopping);
}

std::shared_ptr<void> event_hub::reserve() {
  auto& places = mailbox_->places;
  if (places.fetch_add(1) >= max_streams_) {
    --places;
    return nullptr;
  }
  return {mailbox_.get(), [box = mailbox_](void*) { --box->places; }};
}

void event_hub::add(int socket, event_topic topic, event_state first, std::shared_ptr<void> place,
                    std::function<bool()> may_stay) {
  mailbox_->post([=, state = std::move(first)](event_streams& streams) {
    streams.add(socket, topic, state, place, may_stay);
  });
}

void event_hub::stop() {
  if (!thread_.joinable())
    return;
  mailbox_->stopping = true;
  mailbox_->post([](event_streams&) {});
  thread_.join();
}

} // namespace bankslip::http
