#include "tests/e2e/harness/mail_service.hpp"

#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include <httplib.h>

#include "tests/e2e/harness/client.hpp"
#include "tests/e2e/harness/wait.hpp"

namespace bankslip::e2e {

struct mail_service::state {
  mutable std::mutex mutex;
  std::map<std::string, std::string> refused;
  std::set<std::string> keys;
  std::map<std::string, int> accepted;
  std::map<std::string, std::string> addresses;
  std::map<std::string, std::string> traces;
  httplib::Server server;
  std::thread thread;
  int port = 0;

  void take(const httplib::Request& req, httplib::Response& res) {
    const std::lock_guard lock{mutex};
    const auto to = member(req.body, "to");
    const auto id = member(req.body, "debt_id");
    if (const auto why = refused.find(to); why != refused.end()) {
      res.status = 422;
      res.set_content(R"({"error":")" + why->second + "\"}", "application/json");
      return;
    }
    if (keys.insert(req.get_header_value("Idempotency-Key")).second)
      ++accepted[id];
    addresses[id] = to;
    traces[id] = req.get_header_value("traceparent");
    res.set_content("{}", "application/json");
  }
};

mail_service::mail_service() : state_{std::make_unique<state>()} {
  auto& s = *state_;
  s.server.set_tcp_nodelay(true);
  // A thread for each connection that a server under test may keep, 64 a worker: a thread
  // less makes calls wait until a connection was idle for five seconds.
  s.server.new_task_queue = [] { return new httplib::ThreadPool(256); };
  s.server.Post("/emails",
                [&s](const httplib::Request& req, httplib::Response& res) { s.take(req, res); });
  s.port = s.server.bind_to_any_port("127.0.0.1");
  if (s.port <= 0)
    throw std::runtime_error("no free port");
  s.thread = std::thread([&s] { s.server.listen_after_bind(); });
  wait_until("mail service", [&s] { return s.server.is_running(); });
}

mail_service::~mail_service() {
  state_->server.stop();
  state_->thread.join();
}

std::string mail_service::url() const { return "http://127.0.0.1:" + std::to_string(state_->port); }

void mail_service::refuse(const std::string& address, const std::string& reason) {
  const std::lock_guard lock{state_->mutex};
  state_->refused[address] = reason;
}

std::map<std::string, int> mail_service::accepted() const {
  const std::lock_guard lock{state_->mutex};
  return state_->accepted;
}

std::string mail_service::address_of(const std::string& debt_id) const {
  const std::lock_guard lock{state_->mutex};
  const auto at = state_->addresses.find(debt_id);
  return at == state_->addresses.end() ? std::string{} : at->second;
}

std::string mail_service::trace_of(const std::string& debt_id) const {
  const std::lock_guard lock{state_->mutex};
  const auto at = state_->traces.find(debt_id);
  return at == state_->traces.end() ? std::string{} : at->second;
}

} // namespace bankslip::e2e
