#include "persistence/impl/debt_check.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "persistence/impl/bankslips.hpp"
#include "persistence/impl/binary_cell.hpp"
#include "persistence/impl/row_codec.hpp"
#include "telemetry/log.hpp"

namespace bankslip::persistence {

namespace {

/// As little as a repetition is known by. In a file sent again nearly all rows are
/// final: their other columns would cost both sides a third of the work.
const std::string checked_names =
    names_of(content_columns) + ", " + names_of(state_columns) + ", ctid";

constexpr int first_state_column = std::tuple_size_v<decltype(content_columns)>;
constexpr int location_column = first_state_column + std::tuple_size_v<decltype(state_columns)>;

const statement check_statement{
    "check_rows", "select " + checked_names + " from bankslips where debt_id = any($1::text[])"};

const statement check_locations_statement{
    "check_locations", "select " + checked_names + " from bankslips where ctid = any($1::tid[])"};

const statement read_range_statement{
    "read_range", "select debt_id, ctid from bankslips where ctid >= $1::tid and ctid < $2::tid"};

/// Smaller waves are those of a slow service or of little work: ranges read ahead
/// would be forgotten before their turn.
constexpr std::size_t ids_to_read_ahead = 500;

constexpr std::chrono::minutes between_warnings{1};

/// Rows asked for at once: an answer is held twice, as it came and as debts.
constexpr std::size_t rows_at_a_time = 4096;

/// Takes the first `rows_at_a_time` of `all`.
template <class T>
std::span<const T> take_part(std::span<const T>& all) {
  auto part = all.first(std::min(rows_at_a_time, all.size()));
  all = all.subspan(part.size());
  return part;
}

/// Whether the row has the content of `d`, whose id it has.
bool has_content(const PGresult* result, int row, const domain::debt& d) {
  binary_cell cell{result, row};
  auto same = true;
  for_each_column(content_columns, [&](const auto& c) {
    same = same && c.equals(cell, d);
    cell.next();
  });
  return same;
}

/// Gives the ranges back that were to be read and were not.
struct unread_ranges {
  row_locations& locations;
  std::span<const std::uint32_t> ranges;

  ~unread_ranges() {
    for (auto range : ranges)
      locations.give_up(range);
  }
};

} // namespace

/// One call of `find`. Debts go by their numbers in it.
class debt_check::run {
public:
  run(debt_check& check, pq_connection& connection, std::span<const domain::debt* const> debts,
      domain::found_debts& out)
      : check_{check}, connection_{connection}, debts_{debts}, out_{out}, found_(debts.size()) {
    ids_.reserve(debts.size());
    for (const auto* d : debts)
      ids_.push_back(d->debt_id);
  }

  caf::error by_location();
  caf::error by_index();
  /// Reads the rows that are not final once more, whole.
  caf::error open_rows();

private:
  /// A location and the number of the debt that is to lie there.
  using known_location = std::pair<row_location, std::uint32_t>;

  caf::error read_locations(std::span<const known_location> known);
  /// Appends to `locations` where rows were found.
  caf::error ask_index(std::span<const std::uint32_t> numbers,
                       std::vector<row_location>& locations);
  caf::error read_ahead(std::span<const row_location> found);
  void add(const PGresult* result, int row, std::uint32_t number);

  /// Parameters that ask for the debts with these numbers.
  binary_params keys_of(std::span<const std::uint32_t> numbers) const {
    std::vector<std::string_view> keys;
    keys.reserve(numbers.size());
    for (auto n : numbers)
      keys.push_back(ids_[n]);
    return key_params(keys);
  }

  /// The number of the debt with this id. Mostly they come in order.
  std::optional<std::uint32_t> number_of(std::string_view id) {
    if (next_ == ids_.size() || ids_[next_] != id)
      next_ =
          static_cast<std::size_t>(std::lower_bound(ids_.begin(), ids_.end(), id) - ids_.begin());
    if (next_ == ids_.size() || ids_[next_] != id)
      return std::nullopt;
    return static_cast<std::uint32_t>(next_++);
  }

  debt_check& check_;
  pq_connection& connection_;
  std::span<const domain::debt* const> debts_;
  domain::found_debts& out_;
  /// Ascending.
  std::vector<std::string_view> ids_;
  std::size_t next_ = 0;
  /// Whether the row of each debt was read.
  std::vector<bool> found_;
  /// Those whose row is not final.
  std::vector<std::uint32_t> open_;
  bool locations_failed_ = false;
  std::uint64_t asked_at_ = 0;
};

caf::error debt_check::find(pq_connection& connection, std::span<const domain::debt* const> debts,
                            domain::found_debts& out) {
  out.clear();
  run r{*this, connection, debts, out};
  if (auto error = r.by_location())
    return error;
  if (auto error = r.by_index())
    return error;
  return r.open_rows();
}

void debt_check::warn(const caf::error& why) {
  auto now = std::chrono::steady_clock::now();
  if (now < next_warning_)
    return;
  next_warning_ = now + between_warnings;
  telemetry::log_warn("known rows not read where they lie", {{"error", domain::text_of(why)}});
}

void debt_check::run::add(const PGresult* result, int row, std::uint32_t number) {
  found_[number] = true;
  struct {
    domain::debt_status status = domain::debt_status::imported;
    domain::origin from;
  } state;
  read_columns(state_columns, binary_cell{result, row, first_state_column}, state);
  if (!is_final(state.status)) {
    open_.push_back(number);
  } else if (has_content(result, row, *debts_[number])) {
    out_.same.push_back({number, state.from});
  } else {
    domain::stored_debt found;
    read_columns(content_columns, binary_cell{result, row}, found);
    found.status = state.status;
    found.from = state.from;
    out_.rows.push_back(std::move(found));
    out_.asked.push_back(number);
  }
}

caf::error debt_check::run::by_location() {
  auto [locations, asked_at] = check_.locations_->look_up(ids_);
  asked_at_ = asked_at;
  std::vector<known_location> known;
  for (std::uint32_t i = 0; i < locations.size(); ++i)
    if (locations[i])
      known.emplace_back(locations[i], i);
  std::sort(known.begin(), known.end());
  for (std::span<const known_location> left{known}; !left.empty() && !locations_failed_;)
    if (auto error = read_locations(take_part(left)))
      return error;
  return {};
}

caf::error debt_check::run::read_locations(std::span<const known_location> known) {
  array_writer tids{pg_type::tid, known.size()};
  for (const auto& [where, number] : known)
    tids.add(where);
  auto r = connection_.run("check debts", check_locations_statement, {tids.take()});
  // A time-out or a lost connection would meet the index as well.
  if (!r && domain::code_of(r.error()) != domain::errc::database_refused)
    return r.error();
  if (!r) {
    check_.warn(r.error());
    locations_failed_ = true;
    return {};
  }
  // The answer ascends; a row out of turn would only be asked for once more.
  auto next = known.begin();
  for (int i = 0; i < PQntuples(r->get()); ++i) {
    auto where = binary_cell{r->get(), i, location_column}.location();
    auto id = binary_cell{r->get(), i}.text();
    while (next != known.end() && next->first < where)
      ++next;
    // An id that is asked for twice is answered once.
    std::optional<std::uint32_t> number;
    for (auto it = next; it != known.end() && it->first == where; ++it)
      if (ids_[it->second] == id)
        found_[*(number = it->second)] = true;
    if (number)
      add(r->get(), i, *number);
  }
  return {};
}

caf::error debt_check::run::by_index() {
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t i = 0; i < ids_.size(); ++i)
    if (!found_[i])
      numbers.push_back(i);
  std::vector<row_location> locations;
  for (std::span<const std::uint32_t> left{numbers}; !left.empty();)
    if (auto error = ask_index(take_part(left), locations))
      return error;
  // In a file with some repetitions most ranges hold rows that nobody asks for.
  if (locations_failed_ || ids_.size() < ids_to_read_ahead || 2 * locations.size() < numbers.size())
    return {};
  return read_ahead(locations);
}

caf::error debt_check::run::ask_index(std::span<const std::uint32_t> numbers,
                                      std::vector<row_location>& locations) {
  auto r = connection_.run("check debts", check_statement, keys_of(numbers));
  if (!r)
    return r.error();
  for (int i = 0; i < PQntuples(r->get()); ++i)
    if (auto number = number_of(binary_cell{r->get(), i}.text())) {
      add(r->get(), i, *number);
      locations.push_back(binary_cell{r->get(), i, location_column}.location());
    }
  return {};
}

caf::error debt_check::run::open_rows() {
  if (open_.empty())
    return {};
  auto r = connection_.run("find debts", find_statement, keys_of(open_));
  if (!r)
    return r.error();
  for (auto& row : read_rows(r->get()))
    if (auto number = number_of(row.content.debt_id)) {
      out_.rows.push_back(std::move(row));
      out_.asked.push_back(*number);
    }
  return {};
}

caf::error debt_check::run::read_ahead(std::span<const row_location> found) {
  auto& locations = *check_.locations_;
  auto ranges = locations.ranges_to_read(found, asked_at_);
  unread_ranges unread{locations, ranges};
  for (auto range : ranges) {
    auto first = range * range_pages;
    auto r = connection_.run(
        "read a page range", read_range_statement,
        {as_param(row_location{first, 0}), as_param(row_location{first + range_pages, 0})});
    if (!r) {
      // The index has answered; but the next statement would hide a lost connection.
      if (domain::code_of(r.error()) == domain::errc::database_unavailable)
        return r.error();
      check_.warn(r.error());
      return {};
    }
    std::vector<std::pair<std::string_view, row_location>> rows;
    rows.reserve(static_cast<std::size_t>(PQntuples(r->get())));
    for (int i = 0; i < PQntuples(r->get()); ++i)
      rows.emplace_back(binary_cell{r->get(), i}.text(), binary_cell{r->get(), i, 1}.location());
    locations.note(range, rows);
    unread.ranges = unread.ranges.subspan(1);
    // The table has ended.
    if (rows.empty())
      break;
  }
  return {};
}

} // namespace bankslip::persistence
