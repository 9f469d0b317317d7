#include "persistence/impl/row_places.hpp"

#include <algorithm>
#include <functional>
#include <map>

namespace bankslip::persistence {

namespace {

/// A power of two; eight rows each.
constexpr std::size_t bucket_count = 32'768;

/// One row in 40 was found: in a table with rows in random order a batch of
/// 5,000 does that only while the whole table has a place here.
constexpr int rows_to_read_piece = 96;
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

void row_places::note(std::span<const std::pair<std::string_view, place>> rows) {
  std::lock_guard guard{mutex_};
  for (const auto& [id, where] : rows) {
    auto hash = hash_of(id);
    auto& b = buckets_[hash % bucket_count];
    auto old = std::find_if(b.begin(), b.end() - 1, [&](const auto& e) { return e.hash == hash; });
    std::move_backward(b.begin(), old, old + 1);
    b.front() = {hash, where};
  }
}

row_places::answer row_places::look_up(std::span<const std::string_view> ids) const {
  answer out{std::vector<place>(ids.size()), 0};
  std::lock_guard guard{mutex_};
  out.asked_at = answers_;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    auto hash = hash_of(ids[i]);
    for (const auto& e : buckets_[hash % bucket_count])
      if (e.hash == hash && e.where) {
        out.places[i] = e.where;
        break;
      }
  }
  return out;
}

bool row_places::answered_since(std::uint64_t at, std::uint32_t piece) const noexcept {
  return std::any_of(answered_.begin(), answered_.end(),
                     [&](const auto& a) { return a.piece == piece && a.at > at; });
}

std::vector<std::uint32_t> row_places::pieces_to_read(std::span<const place> found,
                                                      std::uint64_t asked_at) {
  std::vector<std::uint32_t> out;
  auto dense = dense_pieces(found);
  if (dense.empty())
    return out;
  std::lock_guard guard{mutex_};
  auto answer = [&](std::uint32_t piece) {
    ++answers_;
    answered_[answers_ % answered_.size()] = {piece, answers_};
    out.push_back(piece);
  };
  for (auto piece : dense)
    if (!answered_since(asked_at, piece))
      answer(piece);
  for (std::uint32_t i = 1; i <= pieces_ahead; ++i)
    if (auto piece = dense.back() + i; !answered_since(0, piece))
      answer(piece);
  return out;
}

std::shared_ptr<row_places> make_row_places() { return std::make_shared<row_places>(); }

} // namespace bankslip::persistence
