#include "domain/validation.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/email.hpp"

namespace bankslip::domain {

namespace {

/// Why a field is refused; null stands for a good field.
struct problem {
  std::string_view code;
  std::string_view message;
};

using verdict = const problem*;

constexpr problem empty_field{"required", "must not be empty"};
constexpr problem not_text{"utf8", "must be valid UTF-8 without NUL"};
constexpr problem long_name{"too_long", "must have at most 255 characters"};
constexpr problem long_government_id{"too_long", "must have at most 20 characters"};
constexpr problem long_email{"too_long", "must have at most 254 characters"};
constexpr problem long_debt_id{"too_long", "must have at most 128 characters"};
constexpr problem bad_email{"email_syntax", "must be an e-mail address like name@example.com"};
constexpr problem utf8_local_part{"email_syntax", "must have only ASCII before the @, since most "
                                                  "mail servers take no other letters there"};
constexpr problem numeric_host{"email_syntax", "must have a domain behind the @, not an IP address "
                                               "or a number as its last part"};
constexpr problem bad_amount{"amount_format",
                             "must be decimal text with at most two fraction digits, "
                             "without sign, exponent or thousands separator"};
constexpr problem amount_outside{"amount_range", "must be from 0.01 to 99999999.99"};
constexpr problem bad_date{"date_format", "must be a day of the calendar, written YYYY-MM-DD"};
constexpr problem date_outside{"date_range", "must be from 2000-07-03 to 2049-10-13"};
constexpr problem bad_debt_id{"debt_id_characters", "must be printable ASCII characters without "
                                                    "'/', no space at its ends"};

// The days that a boleto's due-date factor can mean.
constexpr date first_due_date = std::chrono::year{2000} / 7 / 3;
constexpr date last_due_date = std::chrono::year{2049} / 10 / 13;

verdict check_text(std::string_view text, std::size_t max_characters, verdict too_long) noexcept {
  if (text.empty())
    return &empty_field;
  auto characters = count_characters(text);
  if (!characters)
    return &not_text;
  return *characters > max_characters ? too_long : nullptr;
}

verdict check_email(std::string_view text) noexcept {
  if (text.empty())
    return &empty_field;
  if (text.size() > 254)
    return &long_email;
  switch (find_email_fault(text)) {
    case email_fault::none:
      return nullptr;
    case email_fault::local_part:
      return &utf8_local_part;
    case email_fault::host:
      return &numeric_host;
    case email_fault::form:
      break;
  }
  return &bad_email;
}

/// Whether `text` would be an amount if there were no largest one.
bool has_amount_form(std::string_view text, char separator) noexcept {
  auto digits = [](std::string_view s) {
    return !s.empty()
           && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  auto at = text.find(separator);
  if (at == std::string_view::npos)
    return digits(text);
  auto fraction = text.substr(at + 1);
  return digits(text.substr(0, at)) && digits(fraction) && fraction.size() <= 2;
}

verdict check_amount(std::string_view text, char separator, money& out) noexcept {
  if (text.empty())
    return &empty_field;
  auto amount = parse_money(text, separator);
  if (!amount)
    return has_amount_form(text, separator) ? &amount_outside : &bad_amount;
  out = *amount;
  return out.cents > 0 ? nullptr : &amount_outside;
}

verdict check_date(std::string_view text, date& out) noexcept {
  if (text.empty())
    return &empty_field;
  auto day = parse_date(text);
  if (!day)
    return &bad_date;
  out = *day;
  return out >= first_due_date && out <= last_due_date ? nullptr : &date_outside;
}

verdict check_debt_id(std::string_view text) noexcept {
  if (text.empty())
    return &empty_field;
  bool good = text.front() != ' ' && text.back() != ' ';
  for (auto c : text)
    good &= (static_cast<unsigned char>(c - ' ') <= '~' - ' ') & (c != '/');
  if (!good)
    return &bad_debt_id;
  return text.size() > 128 ? &long_debt_id : nullptr;
}

/// `label`: the field's name for people.
void report(std::vector<field_error>& errors, std::string_view field, std::string_view label,
            std::string_view text, verdict v) {
  if (v == nullptr)
    return;
  std::string message{label};
  message.append(" ").append(v->message);
  errors.push_back(
      {std::string{field}, std::string{v->code}, std::move(message), clean_utf8(text, 100)});
}

} // namespace

std::vector<field_error> validate(const raw_debt& raw, debt& out, char decimal_separator) {
  auto name = check_text(raw.name, 255, &long_name);
  auto government_id = check_text(raw.government_id, 20, &long_government_id);
  auto email = check_email(raw.email);
  auto amount = check_amount(raw.debt_amount, decimal_separator, out.amount);
  auto due_date = check_date(raw.debt_due_date, out.due_date);
  auto debt_id = check_debt_id(raw.debt_id);
  std::vector<field_error> errors;
  if (name || government_id || email || amount || due_date || debt_id) {
    report(errors, "name", "name", raw.name, name);
    report(errors, "government_id", "government id", raw.government_id, government_id);
    report(errors, "email", "e-mail", raw.email, email);
    report(errors, "debt_amount", "amount", raw.debt_amount, amount);
    report(errors, "debt_due_date", "due date", raw.debt_due_date, due_date);
    report(errors, "debt_id", "debt id", raw.debt_id, debt_id);
    return errors;
  }
  out.name.assign(raw.name);
  out.government_id.assign(raw.government_id);
  out.email.assign(raw.email);
  out.debt_id.assign(raw.debt_id);
  return errors;
}

std::vector<field_error> validate_email(std::string_view text) {
  std::vector<field_error> errors;
  report(errors, "email", "e-mail", text, check_email(text));
  return errors;
}

std::string_view csv_name(std::string_view field) noexcept {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> names{{
      {"government_id", "governmentId"},
      {"debt_amount", "debtAmount"},
      {"debt_due_date", "debtDueDate"},
      {"debt_id", "debtId"},
  }};
  for (const auto& [ours, csv] : names)
    if (field == ours)
      return csv;
  return field;
}

bool is_due_date(date d) noexcept { return d >= first_due_date && d <= last_due_date; }

} // namespace bankslip::domain
