#include <memory>
#include <utility>

#include "http/api/answers.hpp"
#include "http/api/api.hpp"
#include "http/api/event_feed.hpp"
#include "http/api/operation.hpp"
#include "http/api/site.hpp"

namespace bankslip::http {

namespace {

/// A few: a stuck client must not hide the process's state.
constexpr std::size_t admin_threads = 4;

/// The web server with the streams that it has handed over.
class api_listener final : public listener {
public:
  api_listener(std::unique_ptr<listener> server, std::shared_ptr<event_hub> events)
      : server_{std::move(server)}, events_{std::move(events)} {}
  ~api_listener() override { stop(); }

  int port() const override { return server_->port(); }
  void stop() override {
    // Nobody hands over a socket any more: then the streams may end.
    server_->stop();
    events_->stop();
  }

private:
  std::unique_ptr<listener> server_;
  std::shared_ptr<event_hub> events_;
};

} // namespace

caf::expected<std::unique_ptr<listener>>
start_api(const api_options& options, caf::actor_system& system, actors::front_actor front) {
  const front_client client{system, std::move(front), options.ask_timeout};
  auto events = start_events(options, client);
  router routes;
  add_operations(routes, std::make_shared<const api_context>(
                             api_context{.options = options, .front = client, .events = events}));
  add_site(routes);
  web_server_options server;
  server.listen = options.listen;
  server.threads = options.threads;
  server.limits.stop_grace = options.stop_grace;
  server.refuse = answer_detail;
  auto started = start_web_server(std::move(server), std::move(routes));
  if (!started)
    return started.error();
  return std::unique_ptr<listener>{new api_listener{std::move(*started), std::move(events)}};
}

caf::expected<std::unique_ptr<listener>>
start_admin(const listen_options& options, std::shared_ptr<const domain::availability> seen) {
  api_options shared;
  shared.seen = std::move(seen);
  router routes;
  add_operations(routes, std::make_shared<const api_context>(api_context{std::move(shared)}));
  web_server_options server;
  server.listen = options;
  server.threads = admin_threads;
  server.max_waiting = 64;
  server.refuse = answer_detail;
  return start_web_server(std::move(server), std::move(routes));
}

} // namespace bankslip::http
