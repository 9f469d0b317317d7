#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "domain/ports.hpp"
#include "persistence/impl/columns.hpp"
#include "persistence/impl/text.hpp"

/// The columns of the table `bankslips`, each on one line: its name, and how it is
/// read into a `stored_debt`, inserted from a `new_row` and updated from a
/// `row_update`.
namespace bankslip::persistence {

/// A column that holds one field of a debt's content.
template <class T>
struct content_column {
  const char* name;
  T domain::debt::*field;

  template <class Cell>
  void read(const Cell& cell, domain::stored_debt& d) const {
    d.content.*field = value_of<T>(cell);
  }
  template <class Cell>
  bool equals(const Cell& cell, const domain::debt& d) const {
    return value_of<T>(cell) == d.*field;
  }
  const T& insert(const domain::new_row& row, domain::utc_time) const {
    return row.content->*field;
  }
};

// -- Short forms for the lists --------------------------------------------------

inline std::optional<std::string_view> or_null(std::string_view text) noexcept {
  return text.empty() ? std::nullopt : std::optional{text};
}

/// Inserts a text, null when it is empty.
constexpr auto from(std::string_view domain::new_row::*field) {
  return [field](const domain::new_row& row, domain::utc_time) { return or_null(row.*field); };
}

/// Updates from a field; an empty text is null.
template <class T>
constexpr auto from(T domain::row_update::*field) {
  return [field](const domain::row_update& u) {
    if constexpr (std::is_same_v<T, std::string>)
      return or_null(u.*field);
    else
      return u.*field;
  };
}

/// Text that came from elsewhere and may hold anything; null when it is empty.
inline std::optional<std::string> cleaned(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional{clean_text(text)};
}

/// The value of `status` for a row in state `s`; null where the state follows from
/// other columns.
inline std::optional<std::string_view> problem(bool propagated, domain::debt_status s) noexcept {
  using domain::debt_status;
  if (propagated || (s != debt_status::failed && s != debt_status::in_doubt))
    return std::nullopt;
  return to_string(s);
}

// -- The lists ------------------------------------------------------------------

inline constexpr std::tuple content_columns{
    content_column{"debt_id", &domain::debt::debt_id},
    content_column{"name", &domain::debt::name},
    content_column{"government_id", &domain::debt::government_id},
    content_column{"email", &domain::debt::email},
    content_column{"debt_amount", &domain::debt::amount},
    content_column{"debt_due_date", &domain::debt::due_date},
};

/// Tell of a final row what it has become and where it came from. They are read into
/// anything with `status` and `from`, in this order: a later one may overrule.
inline constexpr std::tuple state_columns{
    column{
        "status",
        [](const auto& cell, auto& d) {
          const auto text = cell.text();
          if (text == "failed")
            d.status = domain::debt_status::failed;
          else if (text == "in_doubt")
            d.status = domain::debt_status::in_doubt;
          // Whoever reads only what becomes of final rows need not know.
          else if constexpr (requires { d.held; })
            d.held = text == "held";
        },
        [](const domain::new_row& r, domain::utc_time) { return problem(r.propagated, r.status); },
        [](const domain::row_update& u) {
          return u.held ? std::optional<std::string_view>{"held"} : problem(false, u.status);
        }},
    column{"propagated",
           [](const auto& cell, auto& d) {
             if (cell.boolean())
               d.status = domain::debt_status::emailed;
           },
           [](const domain::new_row& r, domain::utc_time) { return r.propagated; },
           [](const domain::row_update& u) { return u.status == domain::debt_status::emailed; }},
    column{"upload_id", [](const auto& cell, auto& d) { d.from.upload_id = cell.number(); },
           [](const domain::new_row& r, domain::utc_time) {
             return r.from ? std::optional{r.from.upload_id} : std::nullopt;
           }},
    column{"upload_row",
           [](const auto& cell, auto& d) { d.from.row = cell.null() ? -1 : cell.number(); },
           [](const domain::new_row& r, domain::utc_time) {
             return r.from ? std::optional{r.from.row} : std::nullopt;
           }},
};

inline constexpr std::tuple further_columns{
    // A slip stands for ever: an update without one leaves it.
    column{"bankslip_file",
           [](const auto& cell, domain::stored_debt& d) {
             d.linha_digitavel = cell.text();
             if (d.status == domain::debt_status::imported && !d.linha_digitavel.empty())
               d.status = domain::debt_status::generated;
           },
           from(&domain::new_row::linha_digitavel), from(&domain::row_update::linha_digitavel),
           "coalesce(t.bankslip_file, nullif(b.bankslip_file, ''))"},
    column{"slip_details", into(&domain::stored_debt::slip_details),
           from(&domain::new_row::slip_details), from(&domain::row_update::slip_details),
           "coalesce(t.slip_details, b.slip_details)"},
    column{"failure", into(&domain::stored_debt::failure),
           [](const domain::new_row& r, domain::utc_time) { return cleaned(r.failure); },
           [](const domain::row_update& u) { return cleaned(u.failure); }},
    column{"attempt", into(&domain::stored_debt::attempt)},
    column{"put_offs", into(&domain::stored_debt::put_offs), none{},
           from(&domain::row_update::put_offs)},
    column{"mail_tried_at", into(&domain::stored_debt::mail_tried_at), none{},
           from(&domain::row_update::mail_tried_at)},
    column{"created_at", into(&domain::stored_debt::created_at)},
    column{"updated_on", into(&domain::stored_debt::updated_on),
           [](const domain::new_row& r, domain::utc_time now) {
             return r.linha_digitavel.empty() ? std::nullopt : std::optional{now};
           },
           none{}, "now()"},
};

inline constexpr auto all_columns = std::tuple_cat(content_columns, state_columns, further_columns);

// -- What is made of them -------------------------------------------------------

template <class Column>
concept inserted_column = requires(const Column& c, const domain::new_row& row) {
  c.insert(row, domain::utc_time{});
};

template <class Column>
concept updated_column = requires(const Column& c, const domain::row_update& u) {
  c.update(u);
};

} // namespace bankslip::persistence
