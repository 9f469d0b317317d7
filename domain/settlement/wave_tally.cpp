#include "domain/settlement/wave_tally.hpp"

#include <string>
#include <utility>
#include <vector>

#include "domain/error.hpp"

namespace bankslip::domain {

namespace {

/// Of two debts with the same id, which lies elsewhere in memory than the rest.
bool same_content(const debt& a, const debt& b) {
  return a.amount == b.amount && a.due_date == b.due_date && a.government_id == b.government_id
         && a.name == b.name && a.email == b.email;
}

std::string differing_fields(const debt& a, const debt& b) {
  std::string names;
  auto note = [&names](bool same, std::string_view name) {
    if (same)
      return;
    if (!names.empty())
      names += ", ";
    names += name;
  };
  note(a.name == b.name, "name");
  note(a.government_id == b.government_id, "government_id");
  note(a.email == b.email, "email");
  note(a.amount == b.amount, "debt_amount");
  note(a.due_date == b.due_date, "debt_due_date");
  return names;
}

std::size_t size_of(const std::vector<record_header>& headers) {
  std::size_t size = 0;
  for (const auto& h : headers)
    size += h.name.size() + h.value.size();
  return size;
}

/// Headers of other producers, unless they alone are most of what a broker takes.
void add_foreign(outbox_entry& entry, const std::vector<record_header>& headers) {
  constexpr std::size_t most = 300'000;
  if (const auto size = size_of(headers); size > most)
    entry.headers.push_back({"headers.size", std::to_string(size)});
  else
    entry.headers.insert(entry.headers.end(), headers.begin(), headers.end());
}

/// What a broker takes is bounded (message.max.bytes), and a dead letter is larger than
/// its record by what is told of it.
void cut_to_fit(outbox_entry& entry) {
  constexpr std::size_t most = 900'000;
  const auto rest = entry.key.size() + size_of(entry.headers);
  const auto room = most - std::min(most, rest);
  if (entry.value.size() <= room)
    return;
  entry.headers.push_back({"value.size", std::to_string(entry.value.size())});
  entry.value.resize(room);
}

} // namespace

void wave_tally::counted_before(std::span<const std::int64_t> through) {
  const auto& uploads = messages_.uploads();
  for (std::size_t i = 0; i < uploads.size(); ++i)
    counted_[uploads[i]] = through[i];
}

upload_progress& wave_tally::progress_of(std::int64_t upload) {
  auto& progress = progress_[upload];
  progress.upload_id = upload;
  return progress;
}

bool wave_tally::counts(std::uint32_t index) const {
  const auto& record = messages_.record(index);
  auto i = counted_.find(record.from.upload_id);
  return i != counted_.end() && record.offset > i->second;
}

void wave_tally::generated(origin from) {
  ++report_.generated;
  if (from)
    ++progress_of(from.upload_id).generated;
}

void wave_tally::reached(origin from, debt_status status) {
  upload_progress unused;
  auto& progress = from ? progress_of(from.upload_id) : unused;
  switch (status) {
    case debt_status::emailed:
      ++report_.emailed;
      ++progress.emailed;
      break;
    case debt_status::failed:
      ++report_.failed;
      ++progress.failed;
      break;
    case debt_status::in_doubt:
      ++report_.in_doubt;
      ++progress.in_doubt;
      break;
    case debt_status::imported:
    case debt_status::generated:
      ++report_.put_off;
      break;
  }
}

void wave_tally::repeats(std::uint32_t index, const debt& stored, origin stored_from) {
  const auto& record = messages_.record(index);
  if (!record.from || record.from == stored_from)
    return;
  const auto& content = messages_.content(index);
  bool same = same_content(content, stored);
  ++(same ? report_.duplicates : report_.conflicts);
  if (!counts(index))
    return;
  auto& progress = progress_of(record.from.upload_id);
  ++(same ? progress.duplicates : progress.conflicts);
  if (!same)
    problems_.emplace_back(record.from.upload_id,
                           row_problem{record.from.row, content.debt_id, "debt_id", "conflict",
                                       "stored with other " + differing_fields(content, stored)
                                           + "; the stored debt stands"});
}

void wave_tally::unreadable(std::uint32_t index, const caf::error& reason, std::string_view stage) {
  ++report_.unreadable;
  dead_letter(index, "unreadable", text_of(reason), stage, 1);
  const auto& record = messages_.record(index);
  if (!record.from || !counts(index))
    return;
  ++progress_of(record.from.upload_id).failed;
  problems_.emplace_back(record.from.upload_id,
                         row_problem{record.from.row, std::string{messages_.batch().key(record)},
                                     "", "unreadable", text_of(reason)});
}

void wave_tally::dead_letter(std::uint32_t index, std::string_view code, std::string_view text,
                             std::string_view stage, int attempts) {
  const auto& batch = messages_.batch();
  const auto& record = messages_.record(index);
  outbox_entry entry;
  entry.kind = outbox_kind::dead_letter;
  entry.key = batch.key(record);
  entry.value = batch.value(record);
  if (record.from) {
    entry.headers.push_back({"upload_id", std::to_string(record.from.upload_id)});
    entry.headers.push_back({"row", std::to_string(record.from.row)});
  }
  if (record.stored)
    entry.headers.push_back({"stored", "1"});
  if (auto i = batch.foreign_headers.find(record.offset); i != batch.foreign_headers.end())
    add_foreign(entry, i->second);
  entry.headers.push_back({"error.code", std::string{code}});
  entry.headers.push_back({"error.text", std::string{text}});
  entry.headers.push_back({"error.stage", std::string{stage}});
  entry.headers.push_back({"attempts", std::to_string(attempts)});
  entry.headers.push_back({"origin.partition", std::to_string(batch.partition)});
  entry.headers.push_back({"origin.offset", std::to_string(record.offset)});
  cut_to_fit(entry);
  outbox_.push_back(std::move(entry));
}

void wave_tally::put_off(const std::string& debt_id, std::chrono::milliseconds delay) {
  outbox_entry entry;
  entry.kind = outbox_kind::process;
  entry.key = debt_id;
  entry.delay = delay;
  outbox_.push_back(std::move(entry));
}

void wave_tally::write_to(settlement& s) {
  for (std::uint32_t i = 0; i < messages_.size(); ++i) {
    const auto& record = messages_.record(i);
    if (record.from)
      progress_of(record.from.upload_id).counted_through = record.offset;
  }
  for (auto& [upload, progress] : progress_)
    s.progress.push_back(progress);
  s.problems = std::move(problems_);
  s.outbox = std::move(outbox_);
  report_.records = messages_.size();
}

} // namespace bankslip::domain
