#include <algorithm>
#include <cassert>
#include <span>
#include <utility>

#include "domain/error.hpp"
#include "domain/settlement/wave_steps.hpp"

namespace bankslip::domain {

namespace {

/// Writes the new rows. Returns those whose keys were taken, or `already_stored`.
caf::expected<std::vector<std::uint32_t>> write_new(const wave_context& ctx, const wave_rows& rows,
                                                    write_way way) {
  std::vector<new_row> written;
  std::vector<std::uint32_t> owners;
  written.reserve(rows.all.size());
  owners.reserve(rows.all.size());
  for (std::uint32_t i = 0; i < rows.all.size(); ++i) {
    const auto& row = rows.all[i];
    if (row.settled || !row.is_new())
      continue;
    written.push_back({&rows.content(row), row.has.linha_digitavel, row.has.details,
                       row.end == debt_status::emailed, row.end, row.failure(), rows.from(row)});
    owners.push_back(i);
  }
  std::vector<std::uint32_t> lost;
  if (written.empty())
    return lost;
  if (way != write_way::check_insert) {
    if (auto err = ctx.store.copy(written))
      return err;
    return lost;
  }
  auto won = ctx.store.insert(written);
  if (!won)
    return std::move(won.error());
  assert(won->size() == written.size());
  for (std::size_t i = 0; i < written.size(); ++i)
    if (!(*won)[i])
      lost.push_back(owners[i]);
  return lost;
}

/// Takes the row as it stands under its lock. False where it has changed since
/// the check, for the intent names the attempts of the check.
bool take_locked(wave_rows& rows, wave_row& row, stored_debt now) {
  if (is_final(now.status) || now.held) {
    row.settled = true;
    row.stored = static_cast<std::uint32_t>(rows.stored.size());
    rows.stored.push_back(std::move(now));
    return true;
  }
  if (row.is_new())
    return false;
  auto& before = rows.stored[*row.stored];
  if (before.attempt != now.attempt || before.linha_digitavel != now.linha_digitavel)
    return false;
  row.put_offs = row.put_offs > before.put_offs ? now.put_offs + 1 : now.put_offs;
  row.mail_tried_at = now.mail_tried_at;
  before = std::move(now);
  return true;
}

/// Locks the rows that were there before, and those whose keys were taken.
caf::expected<write_end> lock_stored(const wave_context& ctx, wave_rows& rows,
                                     std::vector<std::uint32_t> owners) {
  for (std::uint32_t i = 0; i < rows.all.size(); ++i)
    if (!rows.all[i].settled && !rows.all[i].is_new())
      owners.push_back(i);
  if (owners.empty())
    return write_end::written;
  std::sort(owners.begin(), owners.end());
  std::vector<std::string_view> ids;
  ids.reserve(owners.size());
  for (auto i : owners)
    ids.push_back(rows.records.content(rows.all[i].record).debt_id);
  auto locked = ctx.store.lock(ids);
  if (!locked)
    return std::move(locked.error());
  std::size_t seen = 0;
  for (auto& now : *locked) {
    auto pos = std::lower_bound(ids.begin(), ids.end(), now.content.debt_id);
    if (pos == ids.end() || *pos != now.content.debt_id)
      continue;
    ++seen;
    auto& row = rows.all[owners[static_cast<std::size_t>(pos - ids.begin())]];
    if (!take_locked(rows, row, std::move(now)))
      return write_end::overtaken;
  }
  // Less, where a row was deleted since the check.
  return seen == ids.size() ? write_end::written : write_end::overtaken;
}

} // namespace

caf::expected<write_end> write_rows(const wave_context& ctx, wave_rows& rows, write_way way,
                                    std::int64_t intent_id) {
  ctx.observer.on_stage(settle_stage::write);
  // The mail stage counts what becomes of rows, and no record.
  const auto lane = ctx.lane(rows.records.batch().partition);
  const std::span<const std::int64_t> uploads =
      ctx.is(settle_part::mails) ? std::span<const std::int64_t>{} : rows.records.uploads();
  auto standing = ctx.store.begin({intent_id, lane, uploads});
  if (!standing)
    return std::move(standing.error());
  rows.uploads = std::move(*standing);
  auto lost = write_new(ctx, rows, way);
  if (lost)
    return lock_stored(ctx, rows, std::move(*lost));
  if (code_of(lost.error()) == errc::already_stored)
    return write_end::overtaken;
  return std::move(lost.error());
}

} // namespace bankslip::domain
