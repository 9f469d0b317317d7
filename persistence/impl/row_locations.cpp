#include "persistence/impl/row_locations.hpp"

#include <algorithm>
#include <functional>
#include <map>

namespace bankslip::persistence {

namespace {

/// A power of two; eight rows each.
constexpr std::size_t bucket_count = 65'536;

/// One row in 24 was found: in a table with rows in random order a batch of
/// 15,000 does that only while the whole table has a place here.
constexpr int rows_to_read_piece = 160;
constexpr std::size_t pieces_at_a_time = 16;
constexpr std::uint32_t pieces_ahead = 12;

std::uint64_t hash_of(std::string_view id) noexcept { return std::hash<std::string_view>{}(id); }

/// Ascending.
std::vector<std::uint32_t> dense_pieces(std::span<const place> found) {
  std::map<std::uint32_t, int> rows_of;
  for (auto p : found)
    ++rows_of[p.page / piece_pages];
  std::vector<std::uint32_t> out;
  for (auto [piece, rows] : rows_of)
    if (rows >= rows_to_read_piece && out.size() < pieces_at_a_time)
      out.push_back(piece);
  return out;
}

} // namespace

row_places::row_places() : buckets_(bucket_count) {}

void row_places::note(std::uint32_t piece,
                      std::span<const std::pair<std::string_view, place>> rows) {
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
  mark(piece, rows.empty() ? 0 : ++notes_);
}

void row_places::give_up(std::uint32_t piece) noexcept {
  std::lock_guard guard{mutex_};
  mark(piece, 0);
}

// Where others have pushed the mark out, the piece may be read once more.
void row_places::mark(std::uint32_t piece, std::uint64_t at) noexcept {
  for (auto& n : noted_)
    if (n.piece == piece && n.at == being_read)
      n.at = at;
}

row_places::answer row_places::look_up(std::span<const std::string_view> ids) const {
  std::vector<std::uint64_t> hashes;
  hashes.reserve(ids.size());
  for (auto id : ids)
    hashes.push_back(hash_of(id));
  answer out{std::vector<place>(ids.size()), 0};
  std::lock_guard guard{mutex_};
  out.asked_at = notes_;
  for (std::size_t i = 0; i < ids.size(); ++i)
    for (const auto& e : buckets_[hashes[i] % bucket_count])
      if (e.hash == hashes[i] && e.where) {
        out.places[i] = e.where;
        break;
      }
  return out;
}

row_places::noted& row_places::slot_for(std::uint32_t piece) noexcept {
  auto slot = std::find_if(noted_.begin(), noted_.end(),
                           [&](const auto& n) { return n.at == 0 || n.piece == piece; });
  return slot != noted_.end() ? *slot : noted_[next_++ % noted_.size()];
}

bool row_places::noted_since(std::uint64_t at, std::uint32_t piece) const noexcept {
  return std::any_of(noted_.begin(), noted_.end(),
                     [&](const auto& n) { return n.piece == piece && n.at > at; });
}

std::vector<std::uint32_t> row_places::pieces_to_read(std::span<const place> found,
                                                      std::uint64_t asked_at) {
  std::vector<std::uint32_t> out;
  auto dense = dense_pieces(found);
  if (dense.empty())
    return out;
  out.reserve(dense.size() + pieces_ahead);
  std::lock_guard guard{mutex_};
  auto take = [&](std::uint32_t piece) {
    slot_for(piece) = {piece, being_read};
    out.push_back(piece);
  };
  for (auto piece : dense)
    if (!noted_since(asked_at, piece))
      take(piece);
  for (std::uint32_t i = 1; i <= pieces_ahead; ++i)
    if (auto piece = dense.back() + i; !noted_since(0, piece))
      take(piece);
  return out;
}

std::shared_ptr<row_places> make_row_places() { return std::make_shared<row_places>(); }

} // namespace bankslip::persistence
