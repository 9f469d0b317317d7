#include "tests/support/fake_services.hpp"

#include <stdexcept>

namespace bankslip::fake {

namespace {

class mails final : public d::email_service {
public:
  mails(mail_provider& provider, process_ptr p) : provider_{provider}, process_{std::move(p)} {}

  std::vector<d::call_outcome> send(std::span<const d::email_job> jobs,
                                    std::chrono::steady_clock::time_point deadline,
                                    d::call_gate* gate) override {
    std::vector<d::call_outcome> out;
    for (const auto& job : jobs) {
      auto started = deadline;
      out.push_back(send_one(job, deadline, gate, started));
      if (gate != nullptr && out.back().begun)
        gate->ended(started, out.back().result == d::call_result::too_fast
                                 ? std::optional{out.back().retry_after}
                                 : std::nullopt);
    }
    provider_.world().time.advance(provider_.world().faults->wave_time());
    return out;
  }

  std::chrono::seconds idempotency_window() const override { return provider_.window; }
  std::chrono::milliseconds longest_call() const override { return provider_.longest_call; }
  std::size_t max_wave() const override { return provider_.max_wave; }
  std::size_t most_calls() const override { return provider_.most_calls; }
  std::chrono::milliseconds paused_for() const override {
    return provider_.world().faults->mail_paused();
  }

private:
  /// Waits for its turn, but not for long.
  bool passes(d::call_gate& gate) {
    constexpr std::chrono::milliseconds longest{500};
    auto hold = gate.start();
    for (; hold.count() > 0 && hold <= longest; hold = gate.start())
      provider_.world().time.advance(std::chrono::ceil<std::chrono::milliseconds>(hold));
    return hold.count() == 0;
  }

  d::call_outcome send_one(const d::email_job& job, std::chrono::steady_clock::time_point deadline,
                           d::call_gate* gate, std::chrono::steady_clock::time_point& started) {
    using d::call_result;
    auto& world = provider_.world();
    world.step(process_);
    if (world.time.steady_now() >= deadline)
      return {call_result::not_done, "the time was over", {}, false};
    auto fault = world.faults->mail(job);
    if (fault != mail_fault::none)
      world.note("process " + std::to_string(process_->id) + ": mail fault "
                 + std::to_string(static_cast<int>(fault)) + " for " + job.content->debt_id);
    if (fault != mail_fault::not_begun && gate != nullptr && !passes(*gate))
      return {call_result::not_done, "held up", {}, false};
    started = world.time.steady_now();
    world.time.advance(world.faults->call_time());
    switch (fault) {
      case mail_fault::not_sent:
        return {call_result::not_done, "503"};
      case mail_fault::too_fast:
        return {call_result::too_fast, "429", world.faults->retry_after()};
      case mail_fault::not_begun:
        return {call_result::not_done, "paused", {}, false};
      case mail_fault::unknown_not_done:
        return {call_result::unclear, "connection reset"};
      case mail_fault::crash:
        throw std::runtime_error{"a bug in the mail client"};
      case mail_fault::refuse:
        return {call_result::refused, "no such mailbox"};
      case mail_fault::none:
      case mail_fault::unknown_done:
        break;
    }
    if (provider_.refused_addresses.contains(job.content->email))
      return {call_result::refused, "no such mailbox"};
    provider_.call(job);
    // Others may run between what the provider does and its answer.
    world.step(process_);
    if (fault == mail_fault::unknown_done)
      return {call_result::unclear, "no answer"};
    return {call_result::accepted, ""};
  }

  mail_provider& provider_;
  process_ptr process_;
};

class slips final : public d::boleto_service {
public:
  slips(slip_provider& provider, process_ptr p) : provider_{provider}, process_{std::move(p)} {}

  std::vector<d::slip_outcome> make_slips(std::span<const d::slip_job> jobs,
                                          std::chrono::steady_clock::time_point deadline) override {
    std::vector<d::slip_outcome> out;
    if (!provider_.local)
      provider_.world().step(process_);
    for (const auto& job : jobs)
      out.push_back(make_one(*job.content, deadline));
    return out;
  }

  bool is_local() const override { return provider_.local; }
  std::chrono::milliseconds paused_for() const override {
    return provider_.local ? std::chrono::milliseconds{} : provider_.world().faults->slips_paused();
  }

private:
  d::slip_outcome make_one(const d::debt& debt, std::chrono::steady_clock::time_point deadline) {
    auto& world = provider_.world();
    auto fault = world.faults->slip(debt);
    if (fault == slip_fault::crash)
      throw std::runtime_error{"a bug in the slip client"};
    if (!provider_.local) {
      if (fault == slip_fault::unavailable || world.time.steady_now() >= deadline)
        return {{d::call_result::not_done, "503"}, {}};
      if (fault == slip_fault::refuse)
        return {{d::call_result::refused, "422"}, {}};
    }
    ++provider_.calls[debt.debt_id];
    return {{d::call_result::accepted, ""},
            {"slip of " + debt.debt_id, provider_.local ? "" : R"({"n":1})"}};
  }

  slip_provider& provider_;
  process_ptr process_;
};

} // namespace

void mail_provider::call(const d::email_job& job) {
  auto now = world_.time.utc_now();
  auto& e = ledger[{job.content->debt_id, job.attempt}];
  if (e.effective > 0 && window.count() > 0 && now <= e.first_call + window)
    return;
  if (e.effective == 0)
    e.first_call = now;
  ++e.effective;
  ++effective_by_debt[job.content->debt_id];
  if (world_.tracing)
    world_.note("provider: mail of " + job.content->debt_id + ", attempt "
                + std::to_string(job.attempt) + ", number " + std::to_string(e.effective));
  world_.watcher->mail_effective(job);
}

std::unique_ptr<d::email_service> mail_provider::service(process_ptr p) {
  return std::make_unique<mails>(*this, std::move(p));
}

std::unique_ptr<d::boleto_service> slip_provider::service(process_ptr p) {
  return std::make_unique<slips>(*this, std::move(p));
}

} // namespace bankslip::fake
