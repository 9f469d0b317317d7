#include <algorithm>
#include <map>

#include "domain/error.hpp"
#include "domain/settlement/dead_letter.hpp"
#include "domain/settlement/wave_steps.hpp"

namespace bankslip::domain {

namespace {

// Cheapest first: two debts with the same id, one of which lies elsewhere in
// memory than the rest.
bool same_content(const debt& a, const debt& b) {
  return a.amount == b.amount && a.due_date == b.due_date && a.government_id == b.government_id
         && a.name == b.name && a.email == b.email;
}

std::string differing_fields(const debt& a, const debt& b) {
  return join_names({{a.name != b.name, "name"},
                     {a.government_id != b.government_id, "government_id"},
                     {a.email != b.email, "email"},
                     {a.amount != b.amount, "debt_amount"},
                     {a.due_date != b.due_date, "debt_due_date"}});
}

/// 30 s, 1 min, 2 min … up to an hour, with the usual setting.
std::chrono::milliseconds delay_of(int put_offs, std::chrono::milliseconds first) {
  return std::min<std::chrono::milliseconds>(first * (1 << std::min(put_offs - 1, 7)),
                                             std::chrono::hours{1});
}

/// Writes the settlement of a wave and counts what it does. A change of a row's
/// state happens in one transaction only, so it is simply added. Records that
/// change nothing (duplicates, conflicts, unreadable ones) come again when a
/// partition is redelivered: they count only above the offset that was counted
/// before.
class settlement_writer {
public:
  settlement_writer(const wave_rows& rows, const settle_options& options)
      : rows_{rows}, records_{rows.records}, options_{options} {}

  void add(const wave_row& row, bool given_up);
  /// Adds a record whose debt stands as that of `row`, which it did not bring: a
  /// duplicate or a conflict, or nothing where it is the very same row, published twice.
  void repeat(std::uint32_t index, const wave_row& row);
  void add_unreadable(std::uint32_t index, const caf::error& reason);
  /// The first `settled` records are settled then.
  settlement take(std::int64_t intent_id, std::size_t settled);
  const settle_report& report() const noexcept { return report_; }

private:
  using counter = std::int64_t upload_counters::*;

  upload_progress& progress_of(std::int64_t upload) {
    auto& progress = progress_[upload];
    progress.upload_id = upload;
    return progress;
  }
  void count(origin from, counter what) {
    ++(report_.*what);
    if (from)
      ++(progress_of(from.upload_id).*what);
  }
  /// Counts a record that changes no row. False where it was counted before.
  bool count_once(const inbound_record& record, counter what);
  void count_end(origin from, debt_status end);
  void count_slip(origin from, int attempt);
  void update(const wave_row& row);
  /// When the first row that is left was stored, or the last one that is settled.
  std::optional<utc_time> head_of_lane() const;
  /// It has its slip, and its record brings it to the mail stage.
  bool is_handed_on(const wave_row& row) const noexcept {
    return options_.part == settle_part::slips && row.end == debt_status::generated && !row.why;
  }
  void add_dead_letter(std::uint32_t index, const dead_letter_cause& why) {
    settlement_.outbox.push_back(make_dead_letter(records_.batch(), records_.record(index), why));
  }

  const wave_rows& rows_;
  const wave_records& records_;
  const settle_options& options_;
  std::map<std::int64_t, upload_progress> progress_;
  settle_report report_;
  settlement settlement_;
};

bool settlement_writer::count_once(const inbound_record& record, counter what) {
  auto counts = rows_.is_uncounted(record);
  count(counts ? record.from : origin{}, what);
  return counts;
}

void settlement_writer::count_end(origin from, debt_status end) {
  switch (end) {
    case debt_status::emailed:
      return count(from, &upload_counters::emailed);
    case debt_status::failed:
      return count(from, &upload_counters::failed);
    case debt_status::in_doubt:
      return count(from, &upload_counters::in_doubt);
    case debt_status::imported:
    case debt_status::generated:
      ++report_.put_off;
  }
}

// An earlier attempt has ended without one.
void settlement_writer::count_slip(origin from, int attempt) {
  count(from, &upload_counters::generated);
  if (from && attempt > 1)
    --progress_of(from.upload_id).unslipped;
}

void settlement_writer::repeat(std::uint32_t index, const wave_row& row) {
  const auto& record = records_.record(index);
  if (!record.from || record.from == rows_.from(row))
    return;
  const auto& content = records_.content(index);
  const auto& stored = rows_.content(row);
  if (same_content(content, stored))
    count_once(record, &upload_counters::duplicates);
  else if (count_once(record, &upload_counters::conflicts))
    settlement_.problems.emplace_back(
        record.from.upload_id, row_problem{record.from.row, content.debt_id, "debt_id", "conflict",
                                           "stored with other " + differing_fields(content, stored)
                                               + "; the stored debt stands"});
}

void settlement_writer::add_unreadable(std::uint32_t index, const caf::error& reason) {
  const auto& record = records_.record(index);
  auto text = text_of(reason);
  add_dead_letter(index, {"unreadable", text, "decode"});
  ++report_.unreadable;
  if (!rows_.is_uncounted(record))
    return;
  auto& progress = progress_of(record.from.upload_id);
  ++progress.failed;
  ++progress.unslipped;
  settlement_.problems.emplace_back(
      record.from.upload_id, row_problem{record.from.row, std::string{records_.batch().key(record)},
                                         "", "unreadable", text});
}

void settlement_writer::update(const wave_row& row) {
  settlement_.updates.push_back({rows_.content(row).debt_id, row.end, row.has.linha_digitavel,
                                 row.has.details, std::string{row.failure()}, row.put_offs,
                                 row.end == debt_status::emailed ? std::nullopt : row.mail_tried_at,
                                 row.held && row.end == debt_status::generated});
}

void settlement_writer::add(const wave_row& row, bool given_up) {
  const bool counts_records = options_.part != settle_part::mails;
  const bool held = row.held && row.end == debt_status::generated;
  if (row.left)
    return;
  if (row.settled) {
    if (counts_records)
      repeat(row.record, row);
    return;
  }
  auto from = rows_.from(row);
  const auto& id = rows_.content(row).debt_id;
  if (row.slip_is_new)
    count_slip(from, rows_.attempt(row));
  if (is_handed_on(row) || held) {
    if (held)
      count(from, &upload_counters::held);
    if (!row.is_new() && counts_records)
      repeat(row.record, row);
    if (!row.is_new() || held || row.mail_tried_at)
      update(row);
    return;
  }
  count_end(from, row.end);
  // Counted once, at the first attempt.
  if (from && is_final(row.end) && row.has.linha_digitavel.empty() && rows_.attempt(row) == 1)
    ++progress_of(from.upload_id).unslipped;
  if (auto event = event_of(row.end); event && options_.events.contains(*event))
    settlement_.told.push_back(id);
  if (!row.is_new() && counts_records)
    repeat(row.record, row);
  if (row.end == debt_status::failed || given_up)
    add_dead_letter(row.record, {row.why->code, row.why->text, row.why->stage, rows_.attempt(row)});
  if (!is_final(row.end) && report_.put_off == 1)
    report_.put_off_reason = row.failure();
  if (!is_final(row.end))
    settlement_.outbox.push_back(
        {0, outbox_kind::process, id, {}, {}, delay_of(row.put_offs, options_.put_off)});
  // A new row was written as what it was hoped to become.
  if (!row.is_new() || row.end != debt_status::emailed)
    update(row);
}

std::optional<utc_time> settlement_writer::head_of_lane() const {
  const wave_row* head = nullptr;
  for (const auto& row : rows_.all)
    if (row.stored
        && (head == nullptr
            || (row.left == head->left ? row.left == (row.record < head->record) : row.left)))
      head = &row;
  return head != nullptr ? std::optional{rows_.stored[*head->stored].created_at} : std::nullopt;
}

settlement settlement_writer::take(std::int64_t intent_id, std::size_t settled) {
  for (std::uint32_t i = 0; i < records_.size(); ++i)
    if (auto from = rows_.from(records_.record(i)))
      progress_of(from.upload_id).counted_through = records_.record(i).offset;
  for (const auto& [upload, progress] : progress_)
    settlement_.progress.push_back(progress);
  report_.records = settled;
  settlement_.intent_id = intent_id;
  const auto partition = records_.batch().partition;
  const bool is_mails = options_.part == settle_part::mails;
  settlement_.partition = is_mails ? mail_lane(partition) : partition;
  // Intents of the first lane that tell of e-mails are the mail stage's to supersede,
  // when it has weighed them.
  settlement_.spares_attempts = options_.part == settle_part::slips;
  settlement_.also_supersedes = is_mails ? partition : -1;
  if (is_mails)
    settlement_.head_at = head_of_lane();
  if (settled > 0) {
    settlement_.last_offset = records_.record(static_cast<std::uint32_t>(settled - 1)).offset;
    if (!rows_.passes_by_unfinished)
      settlement_.first_offset = records_.covered_from();
  }
  return std::move(settlement_);
}

} // namespace

caf::expected<settle_report> finish_wave(const wave_context& ctx, const wave_rows& rows,
                                         const wave_plan& plan, std::int64_t intent_id,
                                         std::size_t settled) {
  ctx.observer.on_stage(settle_stage::finish);
  settlement_writer out{rows, ctx.options};
  for (const auto& row : rows.all)
    out.add(row, plan.given_up != nullptr);
  if (!ctx.is(settle_part::mails)) {
    for (const auto& f : rows.records.followers())
      out.repeat(f.index, rows.all[f.leader]);
    for (const auto& u : rows.records.unreadable())
      out.add_unreadable(u.index, u.reason);
  }
  if (auto err = ctx.store.settle(out.take(intent_id, settled)))
    return err;
  return out.report();
}

} // namespace bankslip::domain
