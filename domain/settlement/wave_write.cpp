// The transaction of a wave: rows, e-mails, counters.
#include <algorithm>
#include <cassert>
#include <utility>

#include "domain/error.hpp"
#include "domain/settlement/mail_choice.hpp"
#include "domain/settlement/wave.hpp"

namespace bankslip::domain {

caf::error settle_wave::write() {
  ctx_.observer.on_stage(settle_stage::write);
  if (auto err = ctx_.store.begin())
    return err;
  std::vector<std::uint32_t> lost;
  if (auto err = write_new(lost))
    return err;
  if (auto err = lock_existing(lost))
    return err;
  if (!going_on_.empty())
    if (auto err = weigh_earlier_tries())
      return err;
  if (!messages_.uploads().empty()) {
    auto through = ctx_.store.counted_through(messages_.batch().partition, messages_.uploads());
    if (!through)
      return through.error();
    tally_.counted_before(*through);
  }
  return caf::none;
}

caf::error settle_wave::write_new(std::vector<std::uint32_t>& lost) {
  std::vector<new_row> rows;
  std::vector<std::uint32_t> owners;
  rows.reserve(entries_.size());
  owners.reserve(entries_.size());
  for (std::uint32_t i = 0; i < entries_.size(); ++i) {
    const auto& e = entries_[i];
    if (e.settled || !is_new(e))
      continue;
    new_row row;
    row.content = &messages_.content(e.index);
    row.linha_digitavel = e.has.linha_digitavel;
    row.slip_details = e.has.details;
    row.propagated = e.end == debt_status::emailed;
    row.status = e.end;
    row.failure = failure(e);
    row.from = messages_.record(e.index).from;
    rows.push_back(row);
    owners.push_back(i);
  }
  if (rows.empty())
    return caf::none;
  if (way_ != write_way::check_insert) {
    auto err = ctx_.store.copy(rows);
    known_key_ = code_of(err) == errc::already_stored;
    return err;
  }
  auto won = ctx_.store.insert(rows);
  if (!won)
    return won.error();
  assert(won->size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (!(*won)[i])
      lost.push_back(owners[i]);
  return caf::none;
}

// Rows that go on are read again under their locks; what has changed since the
// check must be checked anew, for the intent names the attempts of the check.
caf::error settle_wave::lock_existing(const std::vector<std::uint32_t>& lost) {
  std::vector<std::uint32_t> owners = lost;
  for (std::uint32_t i = 0; i < entries_.size(); ++i)
    if (!entries_[i].settled && !is_new(entries_[i]))
      owners.push_back(i);
  if (owners.empty())
    return caf::none;
  std::sort(owners.begin(), owners.end());
  std::vector<std::string_view> ids;
  for (auto i : owners)
    ids.push_back(messages_.content(entries_[i].index).debt_id);
  auto locked = ctx_.store.lock(ids);
  if (!locked)
    return locked.error();
  std::size_t seen = 0;
  for (auto& row : *locked) {
    auto pos = std::lower_bound(ids.begin(), ids.end(), row.content.debt_id);
    if (pos == ids.end() || *pos != row.content.debt_id)
      continue;
    ++seen;
    auto& e = entries_[owners[static_cast<std::size_t>(pos - ids.begin())]];
    if (is_final(row.status)) {
      e.settled = true;
      e.stored = static_cast<std::uint32_t>(stored_.size());
      stored_.push_back(std::move(row));
    } else if (is_new(e) || stored_[*e.stored].attempt != row.attempt
               || stored_[*e.stored].linha_digitavel != row.linha_digitavel) {
      known_key_ = true;
      return make_error(errc::transaction_conflict, "a debt changed since the check");
    } else {
      e.put_offs = e.put_offs > stored_[*e.stored].put_offs ? row.put_offs + 1 : row.put_offs;
      e.mail_tried_at = row.mail_tried_at;
      stored_[*e.stored] = std::move(row);
    }
  }
  if (seen == ids.size())
    return caf::none;
  known_key_ = true;
  return make_error(errc::transaction_conflict, "a debt was deleted since the check");
}

// Others may have begun the same e-mails: owners before us on this partition
// that died, or another partition with the same debt. Their intents tell.
caf::error settle_wave::weigh_earlier_tries() {
  auto others = ctx_.store.others_intents(intent_.id);
  if (!others)
    return others.error();
  std::vector<std::optional<utc_time>> first(entries_.size());
  std::vector<bool> leased(entries_.size());
  for (const auto& other : others->intents) {
    auto theirs = other.fingerprints.begin();
    auto ours = going_on_.begin();
    while (theirs != other.fingerprints.end() && ours != going_on_.end()) {
      if (*theirs < ours->first) {
        ++theirs;
      } else if (ours->first < *theirs) {
        ++ours;
      } else {
        auto index = ours++->second;
        first[index] = std::min(first[index].value_or(other.opened_at), other.opened_at);
        leased[index] = leased[index] || other.lease_until > others->now;
      }
    }
  }
  // All that are not settled go on; this is the order of memory.
  for (std::size_t index = 0; index < entries_.size(); ++index) {
    auto& e = entries_[index];
    if (e.settled)
      continue;
    auto tried = e.mail_tried_at;
    if (first[index])
      tried = std::min(tried.value_or(*first[index]), *first[index]);
    if (e.end != debt_status::emailed) {
      // Nothing is sent now, but the intents that tell of it go with this wave.
      e.mail_tried_at = tried;
      if (tried && e.end == debt_status::failed) {
        e.end = debt_status::in_doubt;
        e.why->text += "; an earlier attempt may have sent the e-mail";
      }
      continue;
    }
    switch (choose_mail(tried, leased[index], others->now, ctx_.emails.idempotency_window(),
                        ctx_.options.lease)) {
      case mail_choice::send:
        e.mail_tried_at = tried;
        break;
      case mail_choice::wait:
        return make_error(errc::contended, "the e-mail of debt " + content(e).debt_id
                                               + " may be under way by another owner");
      case mail_choice::in_doubt:
        end_as(e, debt_status::in_doubt, {"an earlier attempt may have sent the e-mail", {}, {}});
        break;
    }
  }
  return caf::none;
}

void settle_wave::send_emails() {
  std::vector<email_job> jobs;
  std::vector<entry*> owners;
  jobs.reserve(entries_.size());
  owners.reserve(entries_.size());
  for (auto& e : entries_)
    if (!e.settled && e.end == debt_status::emailed) {
      jobs.push_back({&content(e), e.has.linha_digitavel, e.has.details, attempt(e)});
      owners.push_back(&e);
    }
  if (jobs.empty())
    return;
  ctx_.observer.on_stage(settle_stage::emails);
  started_emails_ = true;
  auto began = ctx_.time.steady_now();
  // A fifth of the lease is left for answers to come and for a slow clock.
  auto outcomes = ctx_.emails.send(jobs, began_ + ctx_.options.lease * 4 / 5);
  service_time_ += ctx_.time.steady_now() - began;
  assert(outcomes.size() == jobs.size());
  for (std::size_t i = 0; i < jobs.size(); ++i)
    if (outcomes[i].result != call_result::accepted)
      apply(*owners[i], std::move(outcomes[i]), intent_.opened_at);
}

void settle_wave::apply(entry& e, call_outcome outcome, utc_time began) {
  auto reason = "e-mail service: " + outcome.reason;
  switch (outcome.result) {
    case call_result::accepted:
      break;
    case call_result::refused:
      // The refusal says nothing of an earlier call whose answer is missing.
      end_as(e, e.mail_tried_at ? debt_status::in_doubt : debt_status::failed,
             {std::move(reason), "email_refused", "email"});
      break;
    case call_result::not_done:
      put_off(e, debt_status::generated, std::move(reason));
      break;
    case call_result::unclear:
      e.mail_tried_at = e.mail_tried_at.value_or(began);
      if (ctx_.emails.idempotency_window().count() > 0) {
        put_off(e, debt_status::generated, std::move(reason));
      } else {
        end_as(e, debt_status::in_doubt, {std::move(reason), {}, {}});
      }
      break;
  }
}

// Writes an entry's end into the settlement, where the row does not say it yet.
void settle_wave::tell(const entry& e, settlement& s) {
  if (e.settled) {
    tally_.repeats(e.index, content(e), from(e));
    return;
  }
  if (e.slip_is_new)
    tally_.generated(from(e));
  tally_.reached(from(e), e.end);
  if (!is_new(e))
    tally_.repeats(e.index, content(e), from(e));
  if (e.end == debt_status::failed || given_up_ != nullptr)
    tally_.dead_letter(e.index, e.why->code, e.why->text, e.why->stage, attempt(e));
  if (!is_final(e.end)) {
    auto doublings = std::min(e.put_offs - 1, 7);
    auto delay = std::min(ctx_.options.put_off * (1 << doublings),
                          std::chrono::milliseconds{std::chrono::hours{1}});
    tally_.put_off(content(e).debt_id, delay);
  }
  // A new row was written as what it was hoped to become.
  if (is_new(e) && e.end == debt_status::emailed)
    return;
  s.updates.push_back({content(e).debt_id, e.end, e.has.linha_digitavel, e.has.details,
                       std::string{failure(e)}, e.put_offs,
                       e.end == debt_status::emailed ? std::nullopt : e.mail_tried_at});
}

void settle_wave::tell_followers() {
  for (const auto& f : messages_.followers()) {
    const auto& leader = entries_[f.leader];
    tally_.repeats(f.index, content(leader), from(leader));
  }
  for (const auto& u : messages_.unreadable())
    tally_.unreadable(u.index, u.reason, "decode");
}

caf::error settle_wave::finish() {
  ctx_.observer.on_stage(settle_stage::finish);
  settlement s;
  s.intent_id = intent_.id;
  s.partition = messages_.batch().partition;
  s.last_offset = messages_.last_offset();
  for (const auto& e : entries_)
    tell(e, s);
  tell_followers();
  tally_.write_to(s);
  return ctx_.store.settle(s);
}

} // namespace bankslip::domain
