#include <memory>
#include <utility>

#include "http/api/answers.hpp"
#include "http/api/api.hpp"
#include "http/api/operation.hpp"
#include "http/api/site.hpp"

namespace bankslip::http {

namespace {

/// A few: a stuck client must not hide the process's state.
constexpr std::size_t admin_threads = 4;

} // namespace

caf::expected<std::unique_ptr<listener>>
start_api(const api_options& options, caf::actor_system& system, actors::front_actor front) {
  router routes;
  add_operations(routes,
                 std::make_shared<const api_context>(api_context{
                     options, front_client{system, std::move(front), options.ask_timeout}}));
  add_site(routes);
  web_server_options server;
  server.listen = options.listen;
  server.threads = options.threads;
  server.limits.stop_grace = options.stop_grace;
  server.refuse = answer_detail;
  return start_web_server(std::move(server), std::move(routes));
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
