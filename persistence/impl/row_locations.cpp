#include "persistence/impl/row_locations.hpp"

#include <algorithm>
#include <functional>
#include <map>

namespace bankslip::persistence {

namespace {

/// A power of two; a bucket holds eight rows.
constexpr std::size_t bucket_count = 65'536;

/// One row in 24. In a table with its rows in random order a wave of 15,000 finds so
/// many only while the whole table fits in here.
constexpr int rows_to_read_range = 160;
constexpr std::size_t ranges_at_a_time = 16;
constexpr std::uint32_t ranges_ahead = 12;

std::uint64_t hash_of(std::string_view id) noexcept { return std::hash<std::string_view>{}(id); }

/// Ascending.
std::vector<std::uint32_t> dense_ranges(std::span<const row_location> found) {
  std::map<std::uint32_t, int> rows_of;
  for (auto p : found)
    ++rows_of[p.page / range_pages];
  std::vector<std::uint32_t> out;
  for (auto [range, rows] : rows_of)
    if (rows >= rows_to_read_range && out.size() < ranges_at_a_time)
      out.push_back(range);
  return out;
}

} // namespace

row_locations::row_locations() : buckets_(bucket_count) {}

void row_locations::note(std::uint32_t range,
                         std::span<const std::pair<std::string_view, row_location>> rows) {
  std::vector<std::uint64_t> hashes;
  hashes.reserve(rows.size());
  for (const auto& row : rows)
    hashes.push_back(hash_of(row.first));
  std::lock_guard guard{mutex_};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto hash = hashes[i];
    auto& b = buckets_[hash % bucket_count];
    auto old = std::find_if(b.begin(), b.end() - 1, [&](const auto& e) { return e.hash == hash; });
    std::move_backward(b.begin(), old, old + 1);
    b.front() = {hash, rows[i].second};
  }
  mark(range, rows.empty() ? 0 : ++notes_);
}

void row_locations::give_up(std::uint32_t range) noexcept {
  std::lock_guard guard{mutex_};
  mark(range, 0);
}

// A mark that others have pushed out is lost: the range may be read once more.
void row_locations::mark(std::uint32_t range, std::uint64_t at) noexcept {
  for (auto& n : noted_)
    if (n.range == range && n.at == being_read)
      n.at = at;
}

row_locations::answer row_locations::look_up(std::span<const std::string_view> ids) const {
  std::vector<std::uint64_t> hashes;
  hashes.reserve(ids.size());
  for (auto id : ids)
    hashes.push_back(hash_of(id));
  answer out{std::vector<row_location>(ids.size()), 0};
  std::lock_guard guard{mutex_};
  out.asked_at = notes_;
  for (std::size_t i = 0; i < ids.size(); ++i)
    for (const auto& e : buckets_[hashes[i] % bucket_count])
      if (e.hash == hashes[i] && e.where) {
        out.locations[i] = e.where;
        break;
      }
  return out;
}

row_locations::noted& row_locations::slot_for(std::uint32_t range) noexcept {
  auto slot = std::find_if(noted_.begin(), noted_.end(),
                           [&](const auto& n) { return n.at == 0 || n.range == range; });
  return slot != noted_.end() ? *slot : noted_[next_++ % noted_.size()];
}

bool row_locations::noted_since(std::uint64_t at, std::uint32_t range) const noexcept {
  return std::any_of(noted_.begin(), noted_.end(),
                     [&](const auto& n) { return n.range == range && n.at > at; });
}

std::vector<std::uint32_t> row_locations::ranges_to_read(std::span<const row_location> found,
                                                         std::uint64_t asked_at) {
  std::vector<std::uint32_t> out;
  auto dense = dense_ranges(found);
  if (dense.empty())
    return out;
  out.reserve(dense.size() + ranges_ahead);
  std::lock_guard guard{mutex_};
  auto take = [&](std::uint32_t range) {
    slot_for(range) = {range, being_read};
    out.push_back(range);
  };
  for (auto range : dense)
    if (!noted_since(asked_at, range))
      take(range);
  for (std::uint32_t i = 1; i <= ranges_ahead; ++i)
    if (auto range = dense.back() + i; !noted_since(0, range))
      take(range);
  return out;
}

std::shared_ptr<row_locations> make_row_locations() { return std::make_shared<row_locations>(); }

} // namespace bankslip::persistence
