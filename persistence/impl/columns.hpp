#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "domain/money.hpp"
#include "domain/time.hpp"

/// The parts that a list of columns is made of; `bankslips.hpp` and `uploads.hpp` have such
/// lists.
namespace bankslip::persistence {

/// The value of a cell as a `T`; views into the cell where that is a text. A null is
/// the empty text, zero, or no value.
template <class T, class Cell>
auto value_of(const Cell& cell) {
  if constexpr (std::is_same_v<T, std::string>)
    return cell.text();
  else if constexpr (std::is_same_v<T, domain::money>)
    return cell.amount();
  else if constexpr (std::is_same_v<T, domain::date>)
    return cell.date();
  else if constexpr (std::is_same_v<T, domain::utc_time>)
    return cell.time();
  else if constexpr (std::is_same_v<T, std::optional<domain::utc_time>>)
    return cell.null() ? T{} : T{cell.time()};
  else
    return static_cast<T>(cell.number());
}

/// Stands for a function: the column is not inserted (its default stands), or not
/// updated.
struct none {};

/// One column. Values that are written are what `binary_writer` takes; an
/// optional without a value is null.
template <class Read, class Insert = none, class Update = none>
struct column {
  const char* name;
  /// (cell, row&)
  Read read;
  /// (const new_row&, start of the transaction)
  Insert insert{};
  /// (const row_update&)
  Update update{};
  /// An update sets it to this, `t` being the new values and `b` the row; by default
  /// to the new value, if there is one.
  const char* set = nullptr;
};

/// Reads into a field of the row.
template <class Row, class T>
constexpr auto into(T Row::*field) {
  return [field](const auto& cell, Row& row) { row.*field = value_of<T>(cell); };
}

/// Calls `f(column)` for each of a list, in order.
template <class... Columns, class F>
constexpr void for_each_column(const std::tuple<Columns...>& list, F&& f) {
  std::apply([&](const auto&... columns) { (f(columns), ...); }, list);
}

/// Reads a row whose columns are those of `list`, in order, beginning with `cell`.
template <class... Columns, class Cell, class Row>
void read_columns(const std::tuple<Columns...>& list, Cell cell, Row& row) {
  for_each_column(list, [&](const auto& c) {
    c.read(cell, row);
    cell.next();
  });
}

/// "debt_id, name, …"
template <class... Columns>
std::string names_of(const std::tuple<Columns...>& list) {
  std::string out;
  for_each_column(list, [&](const auto& c) { out.append(out.empty() ? "" : ", ").append(c.name); });
  return out;
}

} // namespace bankslip::persistence
