#pragma once

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <optional>
#include <string>

#include <httplib.h>
#include <unistd.h>

#include "mocks/mock_services.hpp"
#include "services/services.hpp"

namespace bankslip::mocks {

/// Mock services on free ports with a ledger of their own, and debts to send.
struct mock_fixture {
  std::string folder = "/tmp/bankslip-mocks-" + std::to_string(::getpid());
  std::unique_ptr<mock_services> mocks;
  services::service_options options;
  std::vector<domain::debt> debts;

  mock_fixture() {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    start();
    options.call_timeout = std::chrono::milliseconds{1500};
    options.breaker_failures = 1000;
    options.breaker_pause = std::chrono::milliseconds{100};
    make_debts(40);
  }

  ~mock_fixture() {
    mocks.reset();
    std::filesystem::remove_all(folder);
  }

  void start(int boleto_port = 0, int email_port = 0) {
    mock_options o;
    o.boleto_port = boleto_port;
    o.email_port = email_port;
    o.ledger = folder + "/ledger";
    auto started = start_mock_services(o);
    BOOST_REQUIRE(started);
    mocks = std::move(*started);
    options.boleto_url = "http://127.0.0.1:" + std::to_string(mocks->boleto_port());
    options.email_url = "http://127.0.0.1:" + std::to_string(mocks->email_port());
  }

  void make_debts(int n) {
    debts.clear();
    for (int i = 0; i < n; ++i)
      debts.push_back({"debt " + std::to_string(i), "João \"Zé\" da Silva", "11111111111",
                       "joao@example.com", domain::money{10'000 + i},
                       *domain::parse_date("2026-12-21")});
  }

  httplib::Client boleto_admin() { return httplib::Client{"127.0.0.1", mocks->boleto_port()}; }
  httplib::Client email_admin() { return httplib::Client{"127.0.0.1", mocks->email_port()}; }

  static void set_faults(httplib::Client client, const std::string& json) {
    auto r = client.Put("/faults", json, "application/json");
    BOOST_REQUIRE(r);
    BOOST_REQUIRE_MESSAGE(r->status == 200, r->body);
  }

  static std::string get(httplib::Client client, const std::string& path) {
    auto body = try_get(std::move(client), path);
    BOOST_REQUIRE(body);
    return *body;
  }

  /// For other threads than the test's: Boost.Test's checks are for one.
  static std::optional<std::string> try_get(httplib::Client client, const std::string& path) {
    if (auto r = client.Get(path.c_str()))
      return r->body;
    return std::nullopt;
  }

  static std::chrono::steady_clock::time_point in(std::chrono::milliseconds span) {
    return std::chrono::steady_clock::now() + span;
  }

  std::vector<domain::slip_outcome> make_slips(domain::boleto_service& service,
                                               std::chrono::milliseconds time) const {
    std::vector<domain::slip_job> all;
    for (auto& d : debts)
      all.push_back({&d});
    return service.make_slips(all, in(time));
  }

  std::vector<domain::call_outcome> send(domain::email_service& service,
                                         std::chrono::milliseconds time, int attempt = 1,
                                         domain::call_gate* gate = nullptr) const {
    std::vector<domain::email_job> jobs;
    for (auto& d : debts)
      jobs.push_back({&d, "34191101213456788005871234570001616670000012345", {}, attempt});
    return service.send(jobs, in(time), gate);
  }

  template <class Outcomes, class Result>
  static std::size_t count(const Outcomes& outcomes, Result result) {
    return static_cast<std::size_t>(std::count_if(outcomes.begin(), outcomes.end(),
                                                  [&](auto& o) { return o.result == result; }));
  }
};

/// Number of a member in flat JSON text; -1 when it is not there.
inline long member(const std::string& json, const std::string& name) {
  auto at = json.find("\"" + name + "\":");
  return at == std::string::npos ? -1 : std::atol(json.c_str() + at + name.size() + 3);
}

} // namespace bankslip::mocks
