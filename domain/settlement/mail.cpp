#include <algorithm>
#include <cassert>
#include <utility>

#include "domain/error.hpp"
#include "domain/settlement/mail_choice.hpp"
#include "domain/settlement/wave_steps.hpp"

namespace bankslip::domain {

namespace {

/// What the intents of others tell of one row's e-mail.
struct earlier_try {
  std::optional<utc_time> first;
  bool leased = false;
};

std::vector<earlier_try> tries_of(const open_intents& others, const wave_intent& mine,
                                  std::size_t rows) {
  std::vector<earlier_try> out(rows);
  for (const auto& other : others.intents) {
    auto theirs = other.fingerprints.begin();
    auto ours = mine.attempts.begin();
    while (theirs != other.fingerprints.end() && ours != mine.attempts.end()) {
      if (*theirs < ours->first) {
        ++theirs;
      } else if (ours->first < *theirs) {
        ++ours;
      } else {
        auto& tried = out[ours++->second];
        tried.first = std::min(tried.first.value_or(other.opened_at), other.opened_at);
        tried.leased = tried.leased || other.lease_until > others.now;
      }
    }
  }
  return out;
}

/// Calls that were held up before a row is put off: the service's word may be about this
/// one recipient, who must not stop all others.
constexpr int most_hold_ups = 20;

/// Rows whose hold-ups are counted at a time: one that comes to its end elsewhere is never
/// taken out.
constexpr std::size_t most_counted = 1000;

/// Whether a row of the mail stage keeps its place, as if nothing had been tried.
bool is_left(const call_outcome& outcome, const std::string& debt_id, bool is_away,
             const wave_context& ctx) {
  if (!ctx.is(settle_part::mails))
    return false;
  if (!outcome.begun)
    return true;
  const bool is_held_up = outcome.result == call_result::too_fast
                          || (outcome.result == call_result::not_done && is_away);
  if (is_held_up && ctx.hold_ups.size() >= most_counted)
    ctx.hold_ups.clear();
  if (is_held_up && ++ctx.hold_ups[debt_id] < most_hold_ups)
    return true;
  ctx.hold_ups.erase(debt_id);
  return false;
}

void apply(wave_row& row, call_outcome outcome, const wave_context& ctx, utc_time began) {
  auto reason = "e-mail service: " + outcome.reason;
  switch (outcome.result) {
    case call_result::accepted:
      break;
    case call_result::refused:
      // The refusal says nothing of an earlier call whose answer is missing.
      row.give_up({std::move(reason), "email_refused", "email"});
      break;
    case call_result::not_done:
    case call_result::too_fast:
      row.put_off(debt_status::generated, std::move(reason), ctx.options.max_put_offs);
      break;
    case call_result::unclear:
      row.mail_tried_at = row.mail_tried_at.value_or(began);
      if (ctx.emails.idempotency_window().count() > 0)
        row.put_off(debt_status::generated, std::move(reason), ctx.options.max_put_offs);
      else
        row.end_as(debt_status::in_doubt, {std::move(reason), {}, {}});
      break;
  }
}

} // namespace

// Others may have begun the same e-mails: owners before us on this partition
// that died, or another partition with the same debt. Their intents tell.
caf::error weigh_earlier_tries(const wave_context& ctx, wave_rows& rows,
                               const wave_intent& intent) {
  if (intent.attempts.empty())
    return {};
  auto others = ctx.store.others_intents(intent.id);
  if (!others)
    return std::move(others.error());
  auto tries = tries_of(*others, intent, rows.all.size());
  // All that are not settled go on; this is the order of memory.
  for (std::size_t i = 0; i < rows.all.size(); ++i) {
    auto& row = rows.all[i];
    if (row.settled)
      continue;
    auto tried = row.mail_tried_at;
    if (auto first = tries[i].first)
      tried = std::min(tried.value_or(*first), *first);
    if (row.end == debt_status::emailed
        && std::ranges::count(others->stopped, rows.from(row).upload_id) > 0)
      row.hold();
    if (row.end != debt_status::emailed) {
      // Nothing is sent now, but the intents that tell of it go with this wave.
      row.mail_tried_at = tried;
      if (tried && row.end == debt_status::failed) {
        row.end = debt_status::in_doubt;
        row.why->text += "; an earlier attempt may have sent the e-mail";
      }
      continue;
    }
    switch (choose_mail(tried, tries[i].leased, others->now, ctx.emails.idempotency_window(),
                        ctx.options.lease + ctx.emails.longest_call())) {
      case mail_choice::send:
        row.mail_tried_at = tried;
        break;
      case mail_choice::wait:
        return make_error(errc::contended, "the e-mail of debt " + rows.content(row).debt_id
                                               + " may be under way by another owner");
      case mail_choice::in_doubt:
        row.end_as(debt_status::in_doubt, {"an earlier attempt may have sent the e-mail", {}, {}});
        break;
    }
  }
  return {};
}

std::chrono::nanoseconds send_emails(const wave_context& ctx, wave_rows& rows, wave_intent& intent,
                                     mail_permit& permit) {
  std::vector<email_job> jobs;
  std::vector<wave_row*> owners;
  jobs.reserve(rows.all.size());
  owners.reserve(rows.all.size());
  for (auto& row : rows.all)
    if (!row.settled && row.end == debt_status::emailed) {
      jobs.push_back({&rows.content(row), row.has.linha_digitavel, row.has.details,
                      rows.attempt(row), rows.trace(row)});
      owners.push_back(&row);
    }
  if (jobs.empty())
    return {};
  ctx.observer.on_stage(settle_stage::emails);
  intent.emails_started = true;
  auto asked = ctx.time.steady_now();
  // A fifth of the lease is left for answers to come and for a slow clock.
  auto outcomes = ctx.emails.send(jobs, intent.began + ctx.options.lease * 4 / 5, permit.gate());
  auto took = ctx.time.steady_now() - asked;
  assert(outcomes.size() == jobs.size());
  const bool is_away = ctx.emails.most_calls() == 1;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    auto& outcome = outcomes[i];
    if (!outcome.begun)
      permit.left_alone(ctx.emails.paused_for());
    else if (outcome.result == call_result::too_fast)
      permit.too_fast(std::max(outcome.retry_after, ctx.options.pace_pause));
    owners[i]->left = is_left(outcome, jobs[i].content->debt_id, is_away, ctx);
    if (outcome.result != call_result::accepted && !owners[i]->left)
      apply(*owners[i], std::move(outcome), ctx, intent.opened_at);
  }
  return took;
}

} // namespace bankslip::domain
