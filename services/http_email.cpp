#include "domain/email.hpp"
#include "domain/settlement/idempotency.hpp"
#include "services/impl/http_caller.hpp"
#include "services/impl/remote.hpp"
#include "json/json.hpp"

namespace bankslip::services {

namespace {

class email_batch final : public call_batch {
public:
  email_batch(std::span<const domain::email_job> jobs, const mail_templates& templates,
              const domain::beneficiary& to)
      : jobs_{jobs}, templates_{templates}, beneficiary_{to} {}

  std::size_t size() const override { return jobs_.size(); }

  void write(std::size_t i, std::string& body, std::string& key) override {
    auto& job = jobs_[i];
    key = domain::idempotency_key(job.content->debt_id, job.attempt);
    slips::fill_mail_fields(job, beneficiary_, fields_);
    body.push_back('{');
    json::append_json_field(body, "to", domain::ascii_email(job.content->email));
    json::append_json_field(body, "name", fields_.name);
    add_rendered(body, "subject", templates_.subject);
    add_rendered(body, "text", templates_.text);
    add_rendered(body, "html", templates_.html);
    json::append_json_field(body, "debt_id", job.content->debt_id);
    json::append_json_field(body, "linha_digitavel", job.linha_digitavel);
    body.append(",\"attempt\":").append(std::to_string(job.attempt)).push_back('}');
  }

  call_result read(std::size_t, std::string_view body, std::string& reason) override {
    json::json_reader json{body, true};
    bool wrong = false;
    if (json.valid())
      json.optional_text("id", wrong);
    if (json.valid() && !wrong)
      return call_result::accepted;
    reason = "the answer is not a JSON object with the e-mail's id";
    return call_result::unclear;
  }

  std::string_view trace(std::size_t i) const override { return jobs_[i].trace; }

private:
  void add_rendered(std::string& body, std::string_view name, const mail_template& text) {
    rendered_.clear();
    text.render(fields_, rendered_);
    json::append_json_field(body, name, rendered_);
  }

  std::span<const domain::email_job> jobs_;
  const mail_templates& templates_;
  const domain::beneficiary& beneficiary_;
  slips::mail_fields fields_;
  std::string rendered_;
};

class http_email final : public domain::email_service {
public:
  http_email(const service_options& options, shared_mail_templates templates)
      : caller_{options, domain::dependency_kind::email_service, options.email_url, "/emails",
                options.idempotency_window},
        templates_{std::move(templates)}, beneficiary_{options.beneficiary},
        window_{options.idempotency_window}, call_timeout_{options.call_timeout} {}

  std::vector<domain::call_outcome> send(std::span<const domain::email_job> jobs,
                                         std::chrono::steady_clock::time_point deadline,
                                         domain::call_gate* gate) override {
    email_batch batch{jobs, *templates_, beneficiary_};
    return caller_.run(batch, deadline, gate);
  }

  std::chrono::seconds idempotency_window() const override { return window_; }
  std::chrono::milliseconds longest_call() const override { return call_timeout_; }

  std::size_t max_wave() const override { return 1'000; }

  std::chrono::milliseconds paused_for() const override { return caller_.paused_for(); }
  std::size_t most_calls() const override { return caller_.most_calls(); }

private:
  http_caller caller_;
  shared_mail_templates templates_;
  domain::beneficiary beneficiary_;
  std::chrono::seconds window_;
  std::chrono::milliseconds call_timeout_;
};

} // namespace

std::unique_ptr<domain::email_service> make_http_email(const service_options& options,
                                                       shared_mail_templates templates) {
  return std::make_unique<http_email>(options, std::move(templates));
}

} // namespace bankslip::services
