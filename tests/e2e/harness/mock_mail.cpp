#include "tests/e2e/harness/mock_mail.hpp"

#include <chrono>
#include <filesystem>
#include <stdexcept>

#include "domain/error.hpp"
#include "mocks/mock_services.hpp"
#include "tests/e2e/harness/child.hpp"
#include "tests/e2e/harness/client.hpp"

namespace bankslip::e2e {

struct mock_mail::state {
  std::string folder = make_folder();
  std::unique_ptr<mocks::mock_services> services;
};

mock_mail::mock_mail() : state_{std::make_unique<state>()} {
  mocks::mock_options options;
  options.boleto_port = 0;
  options.email_port = 0;
  options.latency_min = options.latency_max = std::chrono::milliseconds{5};
  options.ledger = state_->folder + "/ledger";
  auto started = mocks::start_mock_services(options);
  if (!started)
    throw std::runtime_error(domain::text_of(started.error()));
  state_->services = std::move(*started);
}

mock_mail::~mock_mail() {
  state_->services->stop();
  std::error_code ignored;
  std::filesystem::remove_all(state_->folder, ignored);
}

std::string mock_mail::url() const {
  return "http://127.0.0.1:" + std::to_string(state_->services->email_port());
}

std::int64_t mock_mail::ledger(const std::string& name) const {
  return number(get(state_->services->email_port(), "/ledger/summary").body, name);
}

} // namespace bankslip::e2e
