#include "mocks/impl/event_server.hpp"

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "domain/error.hpp"

namespace bankslip::mocks {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using ending = reply_plan::ending;

constexpr std::uint32_t max_head_bytes = 16 * 1024;
constexpr std::uint64_t max_body_bytes = 1024 * 1024;

// An answer to what is no request; empty where the client has just gone.
std::string answer_to(const error_code& e) {
  const auto bad_method = http::make_error_code(http::error::bad_method);
  const auto& of_http = bad_method.category();
  if (e.category() != of_http || e == http::error::end_of_stream
      || e == http::error::partial_message)
    return {};
  auto status = e == http::error::body_limit ? 413 : e == http::error::header_limit ? 431 : 400;
  return http_answer(status, "{\"error\":\"" + e.message() + "\"}", "Connection: close\r\n");
}

} // namespace

struct event_server::state {
  struct connection {
    explicit connection(tcp::socket s) : socket{std::move(s)}, timer{socket.get_executor()} {}

    void close(ending how) {
      error_code ignored;
      if (how == ending::reset)
        socket.set_option(asio::socket_base::linger{true, 0}, ignored);
      socket.close(ignored);
      timer.cancel();
    }

    tcp::socket socket;
    asio::steady_timer timer;
    bool answering = false;
    /// Ends with the answer under way.
    bool last = false;
  };

  struct listener {
    listener(asio::io_context& io, tcp::endpoint where, event_server::handler h)
        : at{std::move(where)}, acceptor{io}, reopen{io}, on_request{std::move(h)} {}

    void open() {
      acceptor.open(at.protocol());
      acceptor.set_option(tcp::acceptor::reuse_address{true});
      acceptor.bind(at);
      acceptor.listen(1024);
      at = acceptor.local_endpoint();
    }

    void close(ending how) {
      error_code ignored;
      acceptor.close(ignored);
      // A connection leaves the set at its own next step.
      for (auto* c : connections)
        if (how == ending::reset && c->answering)
          c->last = true;
        else
          c->close(how);
    }

    tcp::endpoint at;
    tcp::acceptor acceptor;
    asio::steady_timer reopen;
    event_server::handler on_request;
    std::set<connection*> connections;
  };

  asio::awaitable<void> accept(listener& l) {
    error_code e;
    while (l.acceptor.is_open()) {
      auto socket = co_await l.acceptor.async_accept(asio::redirect_error(asio::use_awaitable, e));
      if (!e)
        asio::co_spawn(io, serve(l, std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> serve(listener& l, tcp::socket socket) {
    // Closed meanwhile, and this one was in nobody's list.
    if (!l.acceptor.is_open())
      co_return;
    connection c{std::move(socket)};
    l.connections.insert(&c);
    try {
      c.socket.set_option(tcp::no_delay{true});
      boost::beast::flat_buffer bytes;
      while (co_await answer_next(l, c, bytes))
        c.answering = false;
    } catch (const boost::system::system_error&) {
      // The client has gone, or the connection was closed from here.
    }
    l.connections.erase(&c);
  }

  // Whether another request may follow.
  asio::awaitable<bool> answer_next(listener& l, connection& c, boost::beast::flat_buffer& bytes) {
    http::request_parser<http::string_body> parser;
    parser.header_limit(max_head_bytes);
    parser.body_limit(max_body_bytes);
    error_code e;
    co_await http::async_read(c.socket, bytes, parser,
                              asio::redirect_error(asio::use_awaitable, e));
    c.answering = true;
    reply_plan plan;
    if (e) {
      plan.bytes = answer_to(e);
      plan.after = ending::close;
    } else {
      auto& r = parser.get();
      auto view = [](auto text) { return std::string_view{text.data(), text.size()}; };
      l.on_request(
          {view(r.method_string()), view(r.target()), view(r["Idempotency-Key"]), r.body()}, plan);
      // An answer goes out only when what it says was done has been recorded.
      if (!before_answer()) {
        failed = true;
        close_all();
        co_return false;
      }
      if (!r.keep_alive() && plan.after == ending::keep)
        plan.after = ending::close;
    }
    co_await send(c, plan);
    if (plan.after == ending::keep && !c.last)
      co_return true;
    c.close(plan.after);
    co_return false;
  }

  static asio::awaitable<void> send(connection& c, reply_plan& plan) {
    co_await wait(c, plan.delay);
    do {
      if (plan.drip.count() == 0)
        co_await asio::async_write(c.socket, asio::buffer(plan.bytes), asio::use_awaitable);
      else
        for (auto& byte : plan.bytes) {
          co_await asio::async_write(c.socket, asio::buffer(&byte, 1), asio::use_awaitable);
          co_await wait(c, plan.drip);
        }
      plan.bytes.clear();
    } while (plan.producer && plan.producer(plan.bytes));
  }

  static asio::awaitable<void> wait(connection& c, std::chrono::microseconds span) {
    if (span.count() == 0)
      co_return;
    c.timer.expires_after(span);
    co_await c.timer.async_wait(asio::use_awaitable);
  }

  asio::awaitable<void> reopen(listener& l, std::chrono::milliseconds span) {
    for (;; span = std::chrono::milliseconds{20}) {
      l.reopen.expires_after(span);
      co_await l.reopen.async_wait(asio::use_awaitable);
      try {
        l.open();
        co_return asio::co_spawn(io, accept(l), asio::detached);
      } catch (const boost::system::system_error&) {
        l.close(ending::close);
      }
    }
  }

  void close_all() {
    for (auto& l : listeners) {
      l->reopen.cancel();
      l->close(ending::close);
    }
  }

  asio::io_context io{1};
  std::vector<std::unique_ptr<listener>> listeners;
  std::function<bool()> before_answer;
  std::atomic<bool> failed{false};
  std::thread thread;
};

std::string http_answer(int status, std::string_view body, std::string_view extra) {
  auto phrase = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(status)));
  std::string out = "HTTP/1.1 " + std::to_string(status) + " ";
  out.append(phrase.data(), phrase.size());
  out.append("\r\nContent-Type: application/json\r\nContent-Length: ");
  out.append(std::to_string(body.size())).append("\r\n").append(extra).append("\r\n");
  return out.append(body);
}

event_server::event_server() : state_{std::make_unique<state>()} {}

event_server::~event_server() { stop(); }

caf::expected<std::size_t> event_server::listen(const std::string& host, int port,
                                                handler on_request) {
  try {
    auto found =
        tcp::resolver{state_->io}.resolve(host, std::to_string(port), tcp::resolver::passive);
    auto l = std::make_unique<state::listener>(state_->io, found.begin()->endpoint(),
                                               std::move(on_request));
    l->open();
    state_->listeners.push_back(std::move(l));
  } catch (const boost::system::system_error& e) {
    return domain::make_error(domain::errc::invalid_input, "cannot listen on " + host + ":"
                                                               + std::to_string(port) + ": "
                                                               + e.code().message());
  }
  return state_->listeners.size() - 1;
}

int event_server::port(std::size_t listener) const {
  return state_->listeners[listener]->at.port();
}

void event_server::start(std::function<bool()> before_answer) {
  state_->before_answer = std::move(before_answer);
  for (auto& l : state_->listeners)
    asio::co_spawn(state_->io, state_->accept(*l), asio::detached);
  state_->thread = std::thread{[this] { state_->io.run(); }};
}

void event_server::stop() {
  if (!state_->thread.joinable())
    return;
  asio::post(state_->io, [this] { state_->close_all(); });
  state_->thread.join();
}

bool event_server::failed() const noexcept { return state_->failed; }

void event_server::refuse_for(std::size_t listener, std::chrono::milliseconds span) {
  auto& l = *state_->listeners[listener];
  auto was_open = l.acceptor.is_open();
  l.close(ending::reset);
  if (was_open)
    asio::co_spawn(state_->io, state_->reopen(l, span), asio::detached);
}

} // namespace bankslip::mocks
