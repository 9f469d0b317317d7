#include <cassert>
#include <utility>

#include "domain/settlement/wave_steps.hpp"
#include "domain/validation.hpp"

namespace bankslip::domain {

namespace {

// Other writers of the table may leave columns out: nobody is to get a slip of
// nothing, or an e-mail without an address.
std::string incomplete_fields(const debt& d) {
  return join_names({{d.name.empty(), "name"},
                     {d.government_id.empty(), "government_id"},
                     {!is_email(d.email), "email"},
                     {d.amount.cents <= 0 || d.amount > max_amount, "debt_amount"},
                     {!is_due_date(d.due_date), "debt_due_date"}});
}

void apply(wave_row& row, slip_outcome outcome, int max_put_offs) {
  auto reason = "boleto service: " + outcome.reason;
  switch (outcome.result) {
    case call_result::accepted:
      row.has = std::move(outcome.made);
      row.slip_is_new = true;
      break;
    case call_result::refused:
      row.end_as(debt_status::failed, {std::move(reason), "slip_refused", "boleto"});
      break;
    case call_result::not_done:
    case call_result::unclear:
    case call_result::too_fast:
      // Done or not: the same call gives the same slip.
      row.put_off(debt_status::imported, std::move(reason), max_put_offs);
      break;
  }
}

} // namespace

std::chrono::nanoseconds make_slips(const wave_context& ctx, wave_rows& rows,
                                    const dead_letter_reason* given_up,
                                    std::chrono::steady_clock::time_point began) {
  ctx.observer.on_stage(settle_stage::slips);
  std::vector<slip_job> jobs;
  std::vector<wave_row*> wanting;
  for (auto& row : rows.all) {
    if (row.settled)
      continue;
    if (given_up != nullptr) {
      row.end_as(given_up->maybe_mailed ? debt_status::in_doubt : debt_status::failed,
                 {given_up->reason, "poisonous", "worker"});
    } else if (auto faults = row.stored ? incomplete_fields(rows.content(row)) : std::string{};
               !faults.empty()) {
      row.give_up({"the stored row is not a valid debt: " + faults, "stored_invalid", "check"});
    } else if (row.has.linha_digitavel.empty()) {
      jobs.push_back({&rows.content(row), rows.trace(row)});
      wanting.push_back(&row);
    }
  }
  if (jobs.empty())
    return {};
  auto asked = ctx.time.steady_now();
  auto outcomes = ctx.boletos.make_slips(jobs, began + ctx.options.lease / 2);
  auto took = ctx.time.steady_now() - asked;
  assert(outcomes.size() == jobs.size());
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    apply(*wanting[i], std::move(outcomes[i]), ctx.options.max_put_offs);
  return took;
}

} // namespace bankslip::domain
