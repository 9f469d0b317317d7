#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <boost/test/unit_test.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <httplib.h>

#include "http/api/api.hpp"
#include "tests/http/api/fake_front.hpp"
#include "tests/http/server/raw_client.hpp"

namespace bankslip::http::fakes {

/// A real listener in front of fake actors.
class api_fixture {
public:
  api_fixture() { options.listen.port = 0; }
  ~api_fixture() {
    api.reset();
    if (front_)
      caf::anon_send_exit(front_, caf::exit_reason::user_shutdown);
    if (finder_)
      caf::anon_send_exit(finder_, caf::exit_reason::user_shutdown);
    if (const auto p = w->with([](world& x) { return std::exchange(x.parser, {}); }))
      caf::anon_send_exit(p, caf::exit_reason::user_shutdown);
  }

  /// Starts the listener at its first use; `options` may be changed before.
  int port() {
    if (!api) {
      front_ = spawn_front(system, w);
      finder_ = spawn_finder(system, w);
      auto started = start_api(options, system, front_, finder_);
      // Not by Boost.Test: another thread may call this.
      if (!started)
        throw std::runtime_error{"the listener does not start"};
      api = std::move(*started);
    }
    return api->port();
  }

  httplib::Client client() {
    httplib::Client c{"127.0.0.1", port()};
    c.set_tcp_nodelay(true);
    return c;
  }

  void end_actors() {
    port();
    const caf::scoped_actor self{system};
    self->send_exit(front_, caf::exit_reason::user_shutdown);
    self->send_exit(finder_, caf::exit_reason::user_shutdown);
    self->wait_for(front_, finder_);
  }

  raw_client connect() { return raw_client{port()}; }

  /// One request over a plain socket, and all that comes back.
  std::string exchange(std::string_view request) {
    raw_client c{port()};
    c.send(request);
    return c.read_all();
  }

  caf::actor_system_config config;
  caf::actor_system system{config};
  world_ptr w = std::make_shared<world>();
  api_options options;
  std::unique_ptr<listener> api;

private:
  actors::front_actor front_;
  actors::finder_actor finder_;
};

constexpr std::string_view boundary = "XyZ-boundary";

/// A multipart body with `content` as the field `file`.
inline std::string multipart_body(std::string_view content, std::string_view field = "file") {
  std::string body{"--"};
  body.append(boundary).append("\r\nContent-Disposition: form-data; name=\"");
  body.append(field).append("\"; filename=\"debts.csv\"\r\nContent-Type: text/csv\r\n\r\n");
  body.append(content).append("\r\n--").append(boundary).append("--\r\n");
  return body;
}

inline std::string multipart_type() {
  return "multipart/form-data; boundary=" + std::string{boundary};
}

/// Head of an upload; `framing` is "Content-Length: 5" or the like.
inline std::string upload_head(const std::string& framing) {
  return "POST /bankslip/batch HTTP/1.1\r\nHost: x\r\nContent-Type: " + multipart_type() + "\r\n"
         + framing + "\r\n\r\n";
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

} // namespace bankslip::http::fakes
