#include "domain/debt_fields.hpp"
#include "services/impl/http_caller.hpp"
#include "services/impl/remote.hpp"
#include "services/impl/slip_answer.hpp"

namespace bankslip::services {

namespace {

class slip_batch final : public call_batch {
public:
  explicit slip_batch(std::span<const domain::slip_job> jobs) : jobs_{jobs}, slips_(jobs.size()) {}

  std::size_t size() const override { return jobs_.size(); }

  void write(std::size_t i, std::string& body, std::string& key) override {
    key = slip_key(jobs_[i].content->debt_id);
    domain::append_json(body, *jobs_[i].content);
  }

  call_result read(std::size_t i, std::string_view body, std::string& reason) override {
    return read_slip_answer(body, *jobs_[i].content, slips_[i], reason);
  }

  std::string_view trace(std::size_t i) const override { return jobs_[i].trace; }

  domain::slip take(std::size_t i) { return std::move(slips_[i]); }

private:
  std::span<const domain::slip_job> jobs_;
  std::vector<domain::slip> slips_;
};

class http_boleto final : public domain::boleto_service {
public:
  explicit http_boleto(const service_options& options)
      : caller_{options, domain::dependency_kind::boleto_service, options.boleto_url, "/boletos",
                std::chrono::hours{24}} {}

  std::vector<domain::slip_outcome>
  make_slips(std::span<const domain::slip_job> jobs,
             std::chrono::steady_clock::time_point deadline) override {
    slip_batch batch{jobs};
    auto calls = caller_.run(batch, deadline);
    std::vector<domain::slip_outcome> out(jobs.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
      static_cast<call_outcome&>(out[i]) = std::move(calls[i]);
      if (out[i].result == call_result::accepted)
        out[i].made = batch.take(i);
    }
    return out;
  }

  bool is_local() const override { return false; }

  std::chrono::milliseconds paused_for() const override { return caller_.paused_for(); }
  std::size_t most_calls() const override { return caller_.most_calls(); }

private:
  http_caller caller_;
};

} // namespace

std::unique_ptr<domain::boleto_service> make_http_boleto(const service_options& options) {
  return std::make_unique<http_boleto>(options);
}

} // namespace bankslip::services
