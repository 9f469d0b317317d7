#include "domain/settlement/wave.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "domain/error.hpp"
#include "domain/settlement/idempotency.hpp"
#include "domain/settlement/prefetch.hpp"
#include "domain/validation.hpp"

namespace bankslip::domain {

namespace {

/// Attempts after which a range is no longer tried as a whole.
constexpr int whole_attempts = 2;

/// Crashes of a record that stood alone before it is given up.
constexpr int lone_attempts = 3;

/// Rows that may be tried together at the given attempt, and whether even one
/// alone is too much. Each further crash divides by ten.
std::size_t rows_at_attempt(int attempts, std::size_t max_rows, int& alone) {
  auto rows = max_rows;
  alone = 0;
  for (int i = whole_attempts; i < attempts; ++i) {
    if (rows == 1)
      ++alone;
    rows = std::max<std::size_t>(1, rows / 10);
  }
  return rows;
}

/// The last attempt at which `rows` may still be tried together.
int last_attempt(std::size_t rows, std::size_t max_rows) {
  int last = 1;
  int alone = 0;
  while (rows_at_attempt(last + 1, max_rows, alone) >= rows && alone < lone_attempts)
    ++last;
  return last;
}

// Other writers of the table may leave columns out: nobody is to get a slip of
// nothing, or an e-mail without an address.
std::string incomplete_fields(const debt& d) {
  std::string names;
  auto note = [&names](bool good, std::string_view name) {
    if (good)
      return;
    names += names.empty() ? "" : ", ";
    names += name;
  };
  note(!d.name.empty(), "name");
  note(!d.government_id.empty(), "government_id");
  note(is_email(d.email), "email");
  note(d.amount.cents > 0 && d.amount <= max_amount, "debt_amount");
  note(is_due_date(d.due_date), "debt_due_date");
  return names;
}

} // namespace

settle_wave::settle_wave(const wave_context& context, const wave_records& messages, write_way way,
                         bool repeated, const dead_letter_reason* given_up)
    : ctx_{context}, messages_{messages}, tally_{messages}, given_up_{given_up}, way_{way},
      repeated_{repeated}, stored_{context.found.rows} {
  const auto& leaders = messages_.leaders();
  entries_.resize(leaders.size());
  for (std::size_t i = 0; i < leaders.size(); ++i)
    entries_[i].index = leaders[i];
}

caf::expected<wave_end> settle_wave::run() {
  try {
    if (way_ != write_way::copy)
      if (auto err = check())
        return err;
    return start();
  } catch (...) {
    abandon();
    throw;
  }
}

// A bug. Whoever tries these rows next must not take it for e-mails under way; but
// it may be the store that has it.
void settle_wave::abandon() noexcept {
  try {
    ctx_.store.rollback();
    if (intent_.id != 0 && !started_emails_)
      static_cast<void>(ctx_.store.drop_intent(intent_.id));
  } catch (...) { // The intent stays until its lease is over.
  }
}

const debt& settle_wave::content(const entry& e) const {
  return e.stored ? stored_[*e.stored].content : messages_.content(e.index);
}

origin settle_wave::from(const entry& e) const {
  if (e.same != nullptr)
    return *e.same;
  return e.stored ? stored_[*e.stored].from : messages_.record(e.index).from;
}

int settle_wave::attempt(const entry& e) const { return e.stored ? stored_[*e.stored].attempt : 1; }

// -- before the intent ------------------------------------------------------------

caf::error settle_wave::check() {
  ctx_.observer.on_stage(settle_stage::check);
  std::vector<const debt*> debts;
  debts.reserve(entries_.size());
  for (const auto& e : entries_)
    debts.push_back(&messages_.content(e.index));
  if (debts.empty())
    return caf::none;
  if (auto err = ctx_.store.find(debts, ctx_.found))
    return err;
  for (const auto& row : ctx_.found.same) {
    auto& e = entries_[row.asked];
    e.same = &row.from;
    e.settled = true;
  }
  for (std::uint32_t i = 0; i < stored_.size(); ++i) {
    auto& e = entries_[ctx_.found.asked[i]];
    e.stored = i;
    e.settled = is_final(stored_[i].status);
    e.has = {stored_[i].linha_digitavel, stored_[i].slip_details};
    e.put_offs = stored_[i].put_offs;
    e.mail_tried_at = stored_[i].mail_tried_at;
  }
  return caf::none;
}

caf::expected<wave_end> settle_wave::start() {
  for (std::uint32_t i = 0; i < entries_.size(); ++i) {
    const auto& e = entries_[i];
    if (e.settled)
      continue;
    prefetch_debts(
        i, entries_.size(), [this](auto n) -> auto& { return content(entries_[n]); },
        &debt::debt_id);
    going_on_.emplace_back(attempt_fingerprint(content(e).debt_id, attempt(e)), i);
  }
  if (!going_on_.empty() && given_up_ == nullptr) {
    ctx_.observer.on_stage(settle_stage::intent);
    std::sort(going_on_.begin(), going_on_.end());
    intent_request request;
    request.partition = messages_.batch().partition;
    request.first_offset = messages_.first_offset();
    request.last_offset = messages_.last_offset();
    request.lease = ctx_.options.lease;
    request.counts_as_attempts = repeated_ ? 0 : 1;
    request.max_attempts = last_attempt(messages_.size(), ctx_.options.max_rows);
    for (const auto& [print, entry] : going_on_)
      request.fingerprints.push_back(print);
    began_ = ctx_.time.steady_now();
    auto opened = ctx_.store.open_intent(request);
    if (!opened)
      return opened.error();
    intent_ = std::move(*opened);
    if (intent_.id == 0)
      return judge_attempts();
  }
  make_slips();
  auto err = write();
  if (!err) {
    send_emails();
    err = finish();
  }
  if (!err)
    return wave_end::settled;
  give_up(err);
  if (known_key_ && !started_emails_)
    return wave_end::check_first;
  return err;
}

wave_end settle_wave::judge_attempts() {
  int alone = 0;
  allowed_rows_ = rows_at_attempt(intent_.attempts, ctx_.options.max_rows, alone);
  return messages_.size() > allowed_rows_ ? wave_end::too_large : wave_end::poisonous;
}

// After an error: an intent under which nothing was started says nothing.
void settle_wave::give_up(caf::error& why) {
  ctx_.store.rollback();
  if (intent_.id == 0 || started_emails_)
    return;
  if (auto err = ctx_.store.drop_intent(intent_.id)) {
    undropped_intent_ = intent_.id;
    if (known_key_) {
      known_key_ = false;
      why = std::move(err);
    }
  }
}

void settle_wave::end_as(entry& e, debt_status end, trouble why) {
  e.end = end;
  e.why = std::make_unique<trouble>(std::move(why));
}

std::string_view settle_wave::failure(const entry& e) {
  return e.why ? std::string_view{e.why->text} : std::string_view{};
}

void settle_wave::mark_given_up(entry& e) {
  end_as(e, given_up_->maybe_mailed ? debt_status::in_doubt : debt_status::failed,
         {given_up_->reason, "poisonous", "worker"});
}

void settle_wave::make_slips() {
  ctx_.observer.on_stage(settle_stage::slips);
  std::vector<const debt*> debts;
  std::vector<entry*> wanting;
  for (auto& e : entries_) {
    if (e.settled)
      continue;
    if (given_up_ != nullptr) {
      mark_given_up(e);
    } else if (auto faults = e.stored ? incomplete_fields(content(e)) : std::string{};
               !faults.empty()) {
      end_as(e, e.mail_tried_at ? debt_status::in_doubt : debt_status::failed,
             {"the stored row is not a valid debt: " + faults, "stored_invalid", "check"});
    } else if (e.has.linha_digitavel.empty()) {
      debts.push_back(&content(e));
      wanting.push_back(&e);
    }
  }
  if (debts.empty())
    return;
  auto began = ctx_.time.steady_now();
  auto outcomes = ctx_.boletos.make_slips(debts, began_ + ctx_.options.lease / 2);
  service_time_ += ctx_.time.steady_now() - began;
  assert(outcomes.size() == debts.size());
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    auto& e = *wanting[i];
    auto& outcome = outcomes[i];
    if (outcome.result == call_result::accepted) {
      e.has = std::move(outcome.made);
      e.slip_is_new = true;
    } else if (outcome.result == call_result::refused) {
      end_as(e, debt_status::failed,
             {"boleto service: " + outcome.reason, "slip_refused", "boleto"});
    } else {
      // Done or not: the same call gives the same slip.
      put_off(e, debt_status::imported, "boleto service: " + outcome.reason);
    }
  }
}

void settle_wave::put_off(entry& e, debt_status state, std::string reason) {
  ++e.put_offs;
  if (e.put_offs <= ctx_.options.max_put_offs) {
    e.end = state;
    return;
  }
  end_as(e, e.mail_tried_at ? debt_status::in_doubt : debt_status::failed,
         {"given up after " + std::to_string(ctx_.options.max_put_offs)
              + " delays: " + std::move(reason),
          "service_unavailable", state == debt_status::imported ? "boleto" : "email"});
}

} // namespace bankslip::domain
