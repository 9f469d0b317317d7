#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "domain/debt.hpp"
#include "domain/text/utf8.hpp"
#include "domain/validation_policy.hpp"

namespace bankslip::domain {

/// How the text of an amount is to be read.
enum class amount_form : std::uint8_t {
  /// "10.50"
  point,
  /// "10,50"
  comma,
  /// Either of them.
  point_or_comma,
  /// A JSON number: "10.50" too, or anything of that value, as "1.05e1".
  json_number,
};

/// The six fields of a debt as text, not yet checked. Views only.
struct raw_debt {
  std::string_view name;
  std::string_view government_id;
  std::string_view email;
  std::string_view debt_amount;
  std::string_view debt_due_date;
  std::string_view debt_id;
  amount_form form = amount_form::point;
};

/// Says what is wrong with one field.
struct field_error {
  /// Name as in JSON and the table: "debt_amount".
  std::string field;
  /// Stable, for programs: "required", "blank", "too_long", "utf8",
  /// "control_character", "amount_format", "amount_range", "date_format",
  /// "date_range", "due_date_window", "email_syntax", "debt_id_characters",
  /// "government_id_digits".
  std::string code;
  /// For people: "amount must be decimal text with at most two fraction digits".
  std::string message;
  /// The text that was refused, as `clean_utf8` gives its first 100 bytes.
  std::string input;
};

/// Checks `raw` against the limits that hold for CSV, HTTP and messages alike:
/// name 1 to 255 characters of UTF-8 that are no controls and not all blank;
/// government_id 1 to 20 such characters; e-mail syntax, at most 254; amount
/// 0.01 to 99999999.99; debt_id 1 to 128 printable ASCII characters without '/',
/// not "." or ".."; the due date and the digits of government_id as `rules` say.
/// Blanks around a value are no part of it.
/// On success `out` holds the debt and the answer is empty; else the answer
/// has one entry for each bad field and `out` is unspecified. Reuses the
/// strings of `out`. Characters are Unicode code points, not bytes.
std::vector<field_error> validate(const raw_debt& raw, debt& out, const debt_rules& rules = {});

/// Checks a debt that is inside the limits against `rules` alone, as `validate` does.
std::optional<field_error> policy_fault(const debt& d, const debt_rules& rules);

/// Whether `rules` say that the governmentId of a debt they let in is to be logged
/// as a wrong one.
bool is_suspect(const debt& d, const debt_rules& rules);

/// Whether `text` is an address that may be written into a message's header: a
/// subset of RFC 5321 without quoted local parts and address literals. Local part
/// 1 to 64 characters of RFC 5322 atoms joined by single dots; domain of at least
/// two labels of 1 to 63 letters, digits and inner hyphens, the last one no number,
/// or a domain in UTF-8 that has such a form in ASCII (see `ascii_email`); at most
/// 254 bytes in either form.
bool is_email(std::string_view text) noexcept;

/// Whether a boleto can be due on `d`: 2000-07-03 to 2049-10-13.
bool is_due_date(date d) noexcept;

/// Checks one e-mail address by the same rule as `validate`.
std::vector<field_error> validate_email(std::string_view text);

} // namespace bankslip::domain
