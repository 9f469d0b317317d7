#include "domain/settlement/settler.hpp"

#include <algorithm>

#include "domain/error.hpp"
#include "domain/settlement/wave.hpp"
#include "domain/settlement/wave_records.hpp"

namespace bankslip::domain {

namespace {

/// Times that a wave is done anew since somebody else changed its rows.
constexpr int most_restarts = 10;

} // namespace

settler::settler(settlement_store& store, boleto_service& boletos, email_service& emails,
                 const debt_codec& codec, const clock& time, settle_observer& observer,
                 settle_options options, mail_leave* leave)
    : store_{store}, boletos_{boletos}, emails_{emails}, codec_{codec}, clock_{time},
      observer_{observer}, options_{options}, leave_{leave} {}

std::size_t settler::affordable() const {
  // The time of a few calls is that of one: it tells nothing of more.
  constexpr std::size_t few = 8;
  auto rows = std::max(on_trial_, few);
  if (pace_.count() > 0)
    rows =
        std::max(rows, static_cast<std::size_t>(
                           std::chrono::nanoseconds{options_.wave_target}.count() / pace_.count()));
  return rows;
}

std::size_t settler::wave_size(std::size_t remaining) const {
  auto most = std::min(remaining, options_.max_rows);
  if (options_.part == settle_part::mails)
    most = std::min(most, window_);
  else
    most = std::min({most, affordable(), boletos_.most_calls()});
  if (options_.part == settle_part::whole)
    most = std::min({most, emails_.max_wave(), emails_.most_calls()});
  return std::max<std::size_t>(most, 1);
}

std::optional<settle_end> settler::pause_of(std::size_t next) const {
  const auto mails = emails_.paused_for();
  if (options_.part == settle_part::mails)
    return mails.count() > 0 ? std::optional{settle_end{next, {}, mails}} : std::nullopt;
  const bool waits_for_mails = options_.part == settle_part::whole && mails.count() > 0;
  if (boletos_.paused_for().count() == 0 && !waits_for_mails)
    return std::nullopt;
  return settle_end{
      next, make_error(errc::service_paused, "a service's circuit breaker is open"), {}};
}

// Calls are made side by side: a larger wave may take no longer than a small one,
// and is tried as long as the last one was worth it.
void settler::learn_pace(std::size_t rows, std::chrono::nanoseconds service_time) {
  if (rows == 0)
    return;
  constexpr std::size_t most_on_trial = 128;
  auto now = service_time / static_cast<std::int64_t>(rows);
  bool better = pace_.count() == 0 || now * 4 <= pace_ * 3;
  pace_ = better ? now : (pace_ * 3 + now) / 4;
  on_trial_ = better && service_time <= options_.lease / 4 ? std::min(2 * rows, most_on_trial) : 0;
}

// Left where the database went away before it could be told that nothing had
// been started. Without this, rows would wait for its lease or be in doubt.
void settler::drop_empty_intents() {
  while (!empty_intents_.empty() && !store_.drop_intent(empty_intents_.back()))
    empty_intents_.pop_back();
}

wave_context settler::context() {
  const auto most_mails = std::min({emails_.max_wave(), emails_.most_calls(), affordable()});
  return {store_, boletos_,       emails_, clock_,     observer_, options_,
          found_, empty_intents_, leave_,  most_mails, hold_ups_};
}

write_way settler::way_of(const wave_records& records) const {
  // A failed COPY would ask a remote service for all slips again.
  if (collided_ || !boletos_.is_local() || options_.part == settle_part::mails)
    return write_way::check_insert;
  return checks_left_ > 0 || records.any_stored() ? write_way::check_copy : write_way::copy;
}

void settler::learn(const wave_result& wave) {
  checks_left_ = std::max(checks_left_ - 1, 0);
  collided_ = false;
  if (options_.part == settle_part::mails) {
    // Looking is cheap where little is to be mailed, and what is looked at and not
    // mailed is looked at again.
    constexpr std::size_t least = 16;
    if (wave.granted == wave.wanted)
      window_ = std::min(2 * window_, options_.max_rows);
    else if (2 * wave.granted < wave.wanted)
      window_ = std::max(2 * wave.granted, least);
    const auto sent = wave.report.emailed + wave.report.failed + wave.report.in_doubt;
    if (wave.service_time.count() > 0)
      learn_pace(static_cast<std::size_t>(sent), wave.service_time);
    if (wave.granted > 0 || wave.settled > 0)
      observer_.on_settled(wave.report);
    return;
  }
  // A wave of known rows tells nothing about the services, and needs none.
  if (wave.service_time.count() > 0)
    learn_pace(wave.report.records, wave.service_time);
  else if (pace_.count() == 0)
    on_trial_ = std::min(2 * on_trial_, options_.max_rows);
  observer_.on_settled(wave.report);
}

settle_end settler::settle(const inbound_batch& batch, std::size_t begin, std::size_t end,
                           bool repeated) {
  auto turn_ends = clock_.steady_now() + options_.turn;
  const auto rules = rules_of(options_.policy);
  auto limit = options_.max_rows;
  int restarts = 0;
  collided_ = false;
  drop_empty_intents();
  auto pos = begin;
  while (pos < end && (pos == begin || clock_.steady_now() < turn_ends)) {
    if (auto pause = pause_of(pos))
      return std::move(*pause);
    auto ctx = context();
    observer_.on_stage(settle_stage::decode);
    auto size = std::min(wave_size(end - pos), limit);
    wave_records records{batch, pos, pos + size, codec_, debts_, rules};
    for (auto index : records.suspects())
      observer_.on_suspect(records.content(index));
    auto way = way_of(records);
    auto wave = settle_wave(ctx, records, {way, repeated && pos == begin, nullptr});
    if (!wave)
      return {pos, std::move(wave.error()), {}};
    switch (wave->end) {
      case wave_end::settled:
        learn(*wave);
        pos += options_.part == settle_part::mails ? wave->settled : size;
        restarts = 0;
        limit = options_.max_rows;
        if (wave->wait.count() > 0)
          return {pos, {}, wave->wait};
        break;
      case wave_end::check_first:
        checks_left_ = options_.check_after_conflict;
        collided_ = way != write_way::copy;
        if (++restarts > most_restarts)
          return {
              pos,
              make_error(errc::transaction_conflict, "rows change faster than they are checked"),
              {}};
        break;
      case wave_end::too_large:
        limit = wave->allowed_rows;
        break;
      case wave_end::poisonous:
        if (auto err = dead_letter(
                batch, pos,
                {"its process died at it again and again", options_.part != settle_part::slips}))
          return {pos, std::move(err), {}};
        ++pos;
        break;
    }
  }
  return {pos, {}, {}};
}

caf::error settler::dead_letter(const inbound_batch& batch, std::size_t index,
                                const dead_letter_reason& why) {
  observer_.on_stage(settle_stage::decode);
  wave_records records{batch, index, index + 1, codec_, debts_, rules_of(options_.policy)};
  for (int tries = 0; tries < most_restarts; ++tries) {
    auto wave = settle_wave(context(), records, {write_way::check_insert, false, &why});
    if (!wave)
      return std::move(wave.error());
    if (wave->end == wave_end::settled) {
      observer_.on_settled(wave->report);
      return caf::none;
    }
  }
  return make_error(errc::transaction_conflict, "the row changes faster than it is checked");
}

} // namespace bankslip::domain
