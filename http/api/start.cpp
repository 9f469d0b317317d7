#include <memory>
#include <utility>

#include "http/api/answers.hpp"
#include "http/api/api.hpp"
#include "http/api/cors.hpp"
#include "http/api/event_feed.hpp"
#include "http/api/operation.hpp"
#include "http/api/site.hpp"

namespace bankslip::http {

namespace {

/// A few: a stuck client must not hide the process's state.
constexpr std::size_t admin_threads = 4;

/// On every answer. Swagger UI and the page show icons of their style sheets as data.
constexpr std::string_view careful =
    "Content-Security-Policy: default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n";
/// A slip is shown inside the page; browsers' viewers of PDF load what is their own.
constexpr std::string_view careful_pdf = "Content-Security-Policy: frame-ancestors 'self'\r\n"
                                         "X-Content-Type-Options: nosniff\r\n"
                                         "Referrer-Policy: no-referrer\r\n";

std::string_view careful_headers(const response& answer) {
  return answer.content_type == "application/pdf" ? careful_pdf : careful;
}

/// The web server with the streams that it has handed over and what its gate has noted.
class api_listener final : public listener {
public:
  api_listener(std::unique_ptr<listener> server, api_context_ptr context)
      : server_{std::move(server)}, context_{std::move(context)} {}
  ~api_listener() override { stop(); }

  int port() const override { return server_->port(); }
  void stop() override {
    // Nobody hands over a socket or changes anything any more.
    server_->stop();
    context_->events->stop();
    context_->gate->flush();
  }

private:
  std::unique_ptr<listener> server_;
  api_context_ptr context_;
};

} // namespace

caf::expected<std::unique_ptr<listener>> start_api(const api_options& options,
                                                   caf::actor_system& system,
                                                   actors::front_actor front,
                                                   actors::finder_actor finder) {
  const front_client client{system, std::move(front), options.ask_timeout};
  auto context =
      std::make_shared<api_context>(api_context{.options = options,
                                                .front = client,
                                                .finder = std::move(finder),
                                                .events = start_events(options, client)});
  context->gate =
      std::make_unique<gate>(options.keys, client, options.cors_origins, options.listen.host);
  router routes;
  add_operations(routes, context);
  add_site(routes);
  web_server_options server;
  server.listen = options.listen;
  server.threads = options.threads;
  server.limits.stop_grace = options.stop_grace;
  server.refuse = answer_detail;
  server.common_headers = careful_headers;
  if (!options.cors_origins.empty())
    server.finish = [origins = options.cors_origins](const auto& request, auto& answer) {
      add_cors(origins, request, answer);
    };
  auto started = start_web_server(std::move(server), std::move(routes));
  if (!started)
    return started.error();
  return std::unique_ptr<listener>{
      std::make_unique<api_listener>(std::move(*started), std::move(context))};
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
  server.common_headers = careful_headers;
  return start_web_server(std::move(server), std::move(routes));
}

} // namespace bankslip::http
