#include "persistence/impl/debt_check.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "persistence/impl/check_codec.hpp"
#include "persistence/impl/row_codec.hpp"
#include "persistence/impl/row_reader.hpp"
#include "telemetry/log.hpp"

namespace bankslip::persistence {

namespace {

const statement read_pages_statement{
    "read_pages", "select debt_id, ctid from bankslips where ctid >= $1::tid and ctid < $2::tid"};

/// Smaller waves are those of a slow service or of little work: pages read ahead
/// would be forgotten before their turn.
constexpr std::size_t ids_to_read_pages = 500;

constexpr std::chrono::minutes between_warnings{1};

/// Rows asked for at once: an answer is held twice, as it came and as debts.
constexpr std::size_t rows_at_a_time = 4096;

/// `all` in parts of `rows_at_a_time`.
template <class T>
std::span<const T> take_part(std::span<const T>& all) {
  auto part = all.first(std::min(rows_at_a_time, all.size()));
  all = all.subspan(part.size());
  return part;
}

/// Of ranges that were to be read, those that were not.
struct unread_ranges {
  row_locations& locations;
  std::span<const std::uint32_t> ranges;

  ~unread_ranges() {
    for (auto range : ranges)
      locations.give_up(range);
  }
};

/// Some of the ids that `find` asks for, by their numbers; both ascend. The numbers
/// must outlive it.
class question {
public:
  question(std::span<const std::string_view> all, std::span<const std::uint32_t> numbers)
      : numbers_{numbers} {
    ids_.reserve(numbers_.size());
    for (auto n : numbers_)
      ids_.push_back(all[n]);
  }

  const std::vector<std::string_view>& ids() const noexcept { return ids_; }

  /// Of the row with this id. Mostly they come in the order of the question.
  std::optional<std::uint32_t> number_of(std::string_view id) {
    if (next_ == ids_.size() || ids_[next_] != id)
      next_ =
          static_cast<std::size_t>(std::lower_bound(ids_.begin(), ids_.end(), id) - ids_.begin());
    if (next_ == ids_.size() || ids_[next_] != id)
      return std::nullopt;
    return numbers_[next_++];
  }

private:
  std::span<const std::uint32_t> numbers_;
  std::vector<std::string_view> ids_;
  std::size_t next_ = 0;
};

} // namespace

struct debt_check::state {
  pq_connection& connection;
  /// Of the debts that were asked for.
  std::vector<std::string_view> ids;
  checked_rows rows;
  /// What was found, of `ids`.
  std::vector<bool> found;
  bool locations_failed = false;
  std::uint64_t asked_at = 0;
};

caf::error debt_check::find(pq_connection& connection, std::span<const domain::debt* const> debts,
                            domain::found_debts& out) {
  out.clear();
  state s{connection, {}, checked_rows{debts, out}, std::vector<bool>(debts.size())};
  s.ids.reserve(debts.size());
  for (const auto* d : debts)
    s.ids.push_back(d->debt_id);
  if (auto error = by_location(s))
    return error;
  if (auto error = by_index(s))
    return error;
  return open_rows(s);
}

caf::error debt_check::by_location(state& s) {
  auto [locations, asked_at] = locations_->look_up(s.ids);
  s.asked_at = asked_at;
  std::vector<known_location> known;
  for (std::uint32_t i = 0; i < locations.size(); ++i)
    if (locations[i])
      known.emplace_back(locations[i], i);
  if (known.empty())
    return {};
  std::sort(known.begin(), known.end());
  for (std::span<const known_location> left{known}; !left.empty() && !s.locations_failed;)
    if (auto error = read_locations(s, take_part(left)))
      return error;
  return {};
}

caf::error debt_check::read_locations(state& s, std::span<const known_location> known) {
  auto r = s.connection.run("check debts", check_locations_statement, location_params(known));
  // A time-out or a lost connection would meet the index as well.
  if (!r && domain::code_of(r.error()) != domain::errc::database_refused)
    return r.error();
  if (!r) {
    warn(r.error());
    s.locations_failed = true;
    return {};
  }
  row_reader reader{r->get()};
  // The answer ascends; a row out of turn would only be asked for once more.
  auto next = known.begin();
  for (int i = 0; i < PQntuples(r->get()); ++i) {
    auto where = reader.where(i, check_location_column);
    while (next != known.end() && next->first < where)
      ++next;
    std::optional<std::uint32_t> asked;
    for (auto same = next; same != known.end() && same->first == where; ++same)
      if (reader.text(i, 0) == s.ids[same->second]) {
        s.found[same->second] = true;
        asked = same->second;
      }
    if (asked)
      s.rows.add(r->get(), i, *asked);
  }
  return {};
}

caf::error debt_check::by_index(state& s) {
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t i = 0; i < s.ids.size(); ++i)
    if (!s.found[i])
      numbers.push_back(i);
  std::vector<row_location> found;
  for (std::span<const std::uint32_t> left{numbers}; !left.empty();)
    if (auto error = ask_index(s, take_part(left), found))
      return error;
  // Of a file with some repetitions most pages hold rows that nobody asks for.
  if (s.locations_failed || s.ids.size() < ids_to_read_pages || 2 * found.size() < numbers.size())
    return {};
  return read_pages(s, found);
}

caf::error debt_check::ask_index(state& s, std::span<const std::uint32_t> numbers,
                                 std::vector<row_location>& found) {
  question asked{s.ids, numbers};
  auto r = s.connection.run("check debts", check_statement, key_params(asked.ids()));
  if (!r)
    return r.error();
  row_reader reader{r->get()};
  for (int i = 0; i < PQntuples(r->get()); ++i) {
    auto number = asked.number_of(reader.text(i, 0));
    if (!number)
      continue;
    s.rows.add(r->get(), i, *number);
    found.push_back(reader.where(i, check_location_column));
  }
  return {};
}

// In a file sent again nearly all rows are final: their other columns would
// cost both sides a third of the work.
caf::error debt_check::open_rows(state& s) {
  auto open = s.rows.take_open();
  if (open.empty())
    return {};
  std::sort(open.begin(), open.end());
  question asked{s.ids, open};
  auto rest = s.connection.run("find debts", find_statement, key_params(asked.ids()));
  if (!rest)
    return rest.error();
  for (auto& row : read_rows(rest->get()))
    if (auto number = asked.number_of(row.content.debt_id))
      s.rows.add(std::move(row), *number);
  return {};
}

void debt_check::warn(const caf::error& why) {
  auto now = std::chrono::steady_clock::now();
  if (now < next_warning_)
    return;
  next_warning_ = now + between_warnings;
  telemetry::log_warn("known rows not read where they lie", {{"error", domain::text_of(why)}});
}

caf::error debt_check::read_pages(state& s, std::span<const row_location> found) {
  auto ranges = locations_->ranges_to_read(found, s.asked_at);
  unread_ranges unread{*locations_, ranges};
  for (auto range : ranges) {
    auto first = range * range_pages;
    auto r = s.connection.run(
        "read pages", read_pages_statement,
        {as_param(row_location{first, 0}), as_param(row_location{first + range_pages, 0})});
    if (!r) {
      // The index has answered; but the next statement would hide a lost connection.
      if (domain::code_of(r.error()) == domain::errc::database_unavailable)
        return r.error();
      warn(r.error());
      return {};
    }
    row_reader reader{r->get()};
    std::vector<std::pair<std::string_view, row_location>> rows;
    rows.reserve(static_cast<std::size_t>(PQntuples(r->get())));
    for (int i = 0; i < PQntuples(r->get()); ++i)
      rows.emplace_back(reader.text(i, 0), reader.where(i, 1));
    locations_->note(range, rows);
    unread.ranges = unread.ranges.subspan(1);
    if (rows.empty())
      break;
  }
  return {};
}

} // namespace bankslip::persistence
