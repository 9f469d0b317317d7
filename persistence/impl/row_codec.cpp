#include "persistence/impl/row_codec.hpp"

#include <string>
#include <utility>

#include "domain/settlement/prefetch.hpp"
#include "persistence/impl/bankslips.hpp"
#include "persistence/impl/binary_cell.hpp"

namespace bankslip::persistence {

namespace {

constexpr std::size_t slice_size = 128 * 1024;

template <class F>
constexpr void for_each_inserted(F&& f) {
  for_each_column(all_columns, [&](const auto& c) {
    if constexpr (inserted_column<std::remove_cvref_t<decltype(c)>>)
      f(c);
  });
}

template <class F>
constexpr void for_each_updated(F&& f) {
  for_each_column(all_columns, [&](const auto& c) {
    if constexpr (updated_column<std::remove_cvref_t<decltype(c)>>)
      f(c);
  });
}

constexpr std::int16_t inserted_columns = [] {
  std::int16_t n = 0;
  for_each_inserted([&](const auto&) { ++n; });
  return n;
}();

/// The types of what a column's functions answer.
template <class Column>
constexpr pg_type inserted_type =
    type_of<std::remove_cvref_t<decltype(std::declval<Column>().insert(
        std::declval<domain::new_row>(), domain::utc_time{}))>>;
template <class Column>
constexpr pg_type updated_type = type_of<std::remove_cvref_t<decltype(std::declval<Column>().update(
    std::declval<domain::row_update>()))>>;

/// A list of words with a comma between them.
class word_list {
public:
  void add(std::string_view word) { text_.append(text_.empty() ? "" : ", ").append(word); }
  /// A parameter that is an array of this type, with the next number.
  void add_array(pg_type element) {
    add("$" + std::to_string(++arrays_) + "::" + std::string{name_of(element)} + "[]");
  }
  const std::string& text() const noexcept { return text_; }

private:
  std::string text_;
  int arrays_ = 0;
};

std::string inserted_names() {
  word_list names;
  for_each_inserted([&](const auto& c) { names.add(c.name); });
  return names.text();
}

std::string insert_text() {
  word_list arrays;
  for_each_inserted(
      [&](const auto& c) { arrays.add_array(inserted_type<std::remove_cvref_t<decltype(c)>>); });
  return "insert into bankslips (" + inserted_names() + ") select * from unnest(" + arrays.text()
         + ") on conflict (debt_id) do nothing returning debt_id";
}

std::string update_text() {
  word_list names, arrays, changes;
  names.add("debt_id");
  arrays.add_array(pg_type::text);
  for_each_updated([&](const auto& c) {
    names.add(c.name);
    arrays.add_array(updated_type<std::remove_cvref_t<decltype(c)>>);
  });
  for_each_column(std::tuple_cat(state_columns, further_columns), [&](const auto& c) {
    if (c.set)
      changes.add(c.name + std::string{" = "} + c.set);
    else if (updated_column<std::remove_cvref_t<decltype(c)>>)
      changes.add(c.name + std::string{" = t."} + c.name);
  });
  return "update bankslips b set " + changes.text() + " from unnest(" + arrays.text() + ") as t ("
         + names.text() + ") where b.debt_id = t.debt_id";
}

const std::string find_text =
    "select " + names_of(all_columns) + " from bankslips where debt_id = any($1::text[])";

} // namespace

const std::string copy_statement =
    "copy bankslips (" + inserted_names() + ") from stdin (format binary)";
const statement insert_statement{"insert_rows", insert_text()};
const statement update_statement{"update_rows", update_text()};
const statement find_statement{"find_rows", find_text};
const statement lock_statement{"lock_rows", find_text + " order by debt_id for update"};

std::string_view copy_stream::next() {
  slice_.clear();
  if (!std::exchange(begun_, true)) {
    slice_.raw({"PGCOPY\n\377\r\n\0", 11});
    slice_.int32(0); // flags
    slice_.int32(0); // no header extension
  }
  for (; next_row_ < rows_.size() && slice_.view().size() < slice_size; ++next_row_) {
    domain::prefetch_debts(
        next_row_, rows_.size(), [this](auto n) -> auto& { return *rows_[n].content; },
        &domain::debt::debt_id, &domain::debt::name, &domain::debt::email);
    slice_.int16(inserted_columns);
    for_each_inserted([&](const auto& c) { slice_.field(c.insert(rows_[next_row_], now_)); });
  }
  if (next_row_ == rows_.size() && !std::exchange(ended_, true))
    slice_.int16(-1);
  return slice_.view();
}

binary_params insert_params(std::span<const domain::new_row> rows, domain::utc_time now) {
  binary_params out;
  for_each_inserted([&](const auto& c) {
    out.push_back(
        array_param(rows, [&](const auto& row) -> decltype(auto) { return c.insert(row, now); }));
  });
  return out;
}

binary_params update_params(std::span<const domain::row_update> updates) {
  binary_params out{array_param(updates, &domain::row_update::debt_id)};
  for_each_updated([&](const auto& c) {
    out.push_back(
        array_param(updates, [&](const auto& u) -> decltype(auto) { return c.update(u); }));
  });
  return out;
}

binary_params key_params(std::span<const std::string_view> ids) { return {array_param(ids)}; }

domain::stored_debt read_row(const PGresult* result, int row) {
  domain::stored_debt out;
  read_columns(all_columns, binary_cell{result, row}, out);
  return out;
}

std::vector<domain::stored_debt> read_rows(const PGresult* result) {
  std::vector<domain::stored_debt> out;
  auto n = PQntuples(result);
  out.reserve(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i)
    out.push_back(read_row(result, i));
  return out;
}

} // namespace bankslip::persistence
