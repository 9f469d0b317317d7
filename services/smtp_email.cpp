#include <algorithm>
#include <array>

#include "domain/email.hpp"
#include "services/impl/mail_message.hpp"
#include "services/impl/remote.hpp"
#include "services/impl/smtp_crew.hpp"
#include "slips/slip_pdf.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::services {

namespace {

// A crash leaves at most a wave in doubt: there is no key by which a server would know that
// it has one already. So a wave is small, but gives each connection a message.
constexpr std::size_t least_wave = 20;

class smtp_email final : public domain::email_service {
public:
  smtp_email(const service_options& options, mail_sender from, shared_mail_templates templates)
      : crew_{options, from.address}, from_{std::move(from)}, templates_{std::move(templates)},
        attach_pdf_{options.attach_pdf} {
    pdf_options_.beneficiary = options.beneficiary;
  }

  std::vector<domain::call_outcome> send(std::span<const domain::email_job> jobs,
                                         std::chrono::steady_clock::time_point deadline,
                                         domain::call_gate* gate) override {
    auto write = [&](std::size_t i, std::string& to, std::string& message) {
      to = domain::ascii_email(jobs[i].content->email);
      this->write(jobs[i], to, message);
    };
    auto out = crew_.send(jobs.size(), write, deadline, gate);
    count(out);
    return out;
  }

  std::chrono::seconds idempotency_window() const override { return {}; }
  // Without a window nothing is repeated.
  std::chrono::milliseconds longest_call() const override { return {}; }

  std::size_t max_wave() const override { return std::max(least_wave, crew_.size()); }

  std::chrono::milliseconds paused_for() const override { return crew_.paused_for(); }
  std::size_t most_calls() const override { return crew_.most_calls(); }

private:
  /// Called by several threads.
  void write(const domain::email_job& job, std::string_view to, std::string& message) const {
    slips::mail_fields fields;
    slips::fill_mail_fields(job, pdf_options_.beneficiary, fields);
    std::string subject;
    std::string text;
    std::string html;
    templates_->subject.render(fields, subject);
    templates_->text.render(fields, text);
    templates_->html.render(fields, html);
    auto id = message_id(job.content->debt_id);
    auto pdf = attach_pdf_ ? draw(job) : std::string{};
    write_message(message, {from_, fields.name, to, subject, text, html, id,
                            domain::system_clock().utc_now(), pdf, "boleto.pdf"});
  }

  /// Empty when the slip has no line that can be drawn: the message still
  /// says what is known.
  std::string draw(const domain::email_job& job) const {
    domain::stored_debt slip;
    slip.content = *job.content;
    slip.linha_digitavel = job.linha_digitavel;
    slip.slip_details = job.slip_details;
    auto pdf = slips::render_slip_pdf(slip, pdf_options_);
    if (pdf)
      return std::move(*pdf);
    telemetry::log_warn(
        "an e-mail goes out without its PDF",
        {{"debt_id", job.content->debt_id}, {"error", domain::text_of(pdf.error())}});
    return {};
  }

  static void count(const std::vector<domain::call_outcome>& outcomes) {
    std::array<std::size_t, domain::call_results> counts{};
    for (auto& o : outcomes)
      counts[static_cast<std::size_t>(o.result)] += o.begun ? 1 : 0;
    for (std::size_t i = 0; i < counts.size(); ++i)
      if (counts[i] != 0)
        telemetry::count_service_calls("email", to_string(static_cast<call_result>(i)), counts[i]);
  }

  smtp_crew crew_;
  mail_sender from_;
  shared_mail_templates templates_;
  bool attach_pdf_;
  slips::pdf_options pdf_options_;
};

} // namespace

std::unique_ptr<domain::email_service> make_smtp_email(const service_options& options,
                                                       shared_mail_templates templates) {
  return std::make_unique<smtp_email>(options, parse_sender(options.mail_from).value(),
                                      std::move(templates));
}

} // namespace bankslip::services
