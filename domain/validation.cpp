#include "domain/validation.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/boleto/factor.hpp"
#include "domain/email.hpp"
#include "domain/government_id.hpp"
#include "domain/text/ascii.hpp"

namespace bankslip::domain {

namespace {

/// Why a field is refused; null stands for a good field.
struct problem {
  std::string_view code;
  std::string_view message;
};

using verdict = const problem*;

constexpr problem empty_field{"required", "must not be empty"};
constexpr problem blank_field{"blank", "must not be blanks alone"};
constexpr problem not_text{"utf8", "must be valid UTF-8 without NUL"};
constexpr problem control_character{"control_character", "must not hold control characters"};
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
constexpr problem date_outside_window{
    "due_date_window", "must be at most 3000 days before or 5500 days after today: the bar code "
                       "of another day would be read as a day 9000 days away"};
constexpr problem bad_debt_id{"debt_id_characters",
                              "must be printable ASCII characters without '/'"};
constexpr problem dots_debt_id{"debt_id_characters",
                               "must not be '.' or '..': no URL carries them"};

// Before it, factors had no second meaning and no bank takes them now.
constexpr date oldest_due_date = std::chrono::year{2000} / 7 / 3;

/// Characters that nobody sees, wherever they stand in a text of nothing else.
bool is_blank(char32_t c) noexcept {
  return c == ' ' || c == '\t' || c == 0xA0 || c == 0xAD || c == 0x61C || c == 0x115F || c == 0x1160
         || c == 0x1680 || c == 0x180E || (c >= 0x2000 && c <= 0x200F)
         || (c >= 0x2028 && c <= 0x202F) || (c >= 0x205F && c <= 0x206F) || c == 0x2800
         || c == 0x3000 || c == 0x3164 || c == 0xFEFF || c == 0xFFA0;
}

/// Cheap where the text begins with a letter, as nearly all do.
bool is_all_blank(std::string_view text) noexcept {
  if (!text.empty() && static_cast<signed char>(text.front()) > ' ')
    return false;
  std::size_t pos = 0;
  while (pos < text.size())
    if (!is_blank(next_character(text, pos)))
      return false;
  return true;
}

verdict empty_or_blank(std::string_view given) noexcept {
  return given.empty() ? &empty_field : &blank_field;
}

verdict check_text(std::string_view given, std::string_view text, std::size_t max_characters,
                   verdict too_long) noexcept {
  if (is_all_blank(text))
    return empty_or_blank(given);
  auto characters = count_characters(text);
  if (!characters)
    return &not_text;
  if (has_control_character(text))
    return &control_character;
  return *characters > max_characters ? too_long : nullptr;
}

verdict check_email(std::string_view given, std::string_view text) noexcept {
  if (text.empty())
    return empty_or_blank(given);
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
    return !s.empty() && std::all_of(s.begin(), s.end(), is_digit);
  };
  auto at = text.find(separator);
  if (at == std::string_view::npos)
    return digits(text);
  auto fraction = text.substr(at + 1);
  return digits(text.substr(0, at)) && digits(fraction) && fraction.size() <= 2;
}

verdict check_amount(std::string_view given, std::string_view text, amount_form form,
                     money& out) noexcept {
  if (text.empty())
    return empty_or_blank(given);
  auto separator = form == amount_form::comma ? ',' : '.';
  if (form == amount_form::point_or_comma && text.find('.') == std::string_view::npos)
    separator = ',';
  if (auto amount = parse_money(text, separator)) {
    out = *amount;
    return out.cents > 0 ? nullptr : &amount_outside;
  }
  if (form != amount_form::json_number)
    return has_amount_form(text, separator) ? &amount_outside : &bad_amount;
  auto read = read_json_amount(text);
  out = read.amount;
  if (read.what == amount_reading::fault::form)
    return &bad_amount;
  return read.what == amount_reading::fault::none && out.cents > 0 ? nullptr : &amount_outside;
}

verdict window_fault(date d, const debt_rules& rules) noexcept {
  const bool inside =
      rules.due_dates == due_date_window::off || (d >= rules.earliest && d <= rules.latest);
  return inside ? nullptr : &date_outside_window;
}

verdict check_date(std::string_view given, std::string_view text, const debt_rules& rules,
                   date& out) noexcept {
  if (text.empty())
    return empty_or_blank(given);
  auto day = parse_date(text);
  if (!day)
    return &bad_date;
  out = *day;
  if (rules.due_dates == due_date_window::off)
    return is_due_date(out) ? nullptr : &date_outside;
  return window_fault(out, rules);
}

verdict check_debt_id(std::string_view given, std::string_view text) noexcept {
  if (text.empty())
    return empty_or_blank(given);
  bool good = true;
  for (auto c : text)
    good &= (static_cast<unsigned char>(c - ' ') <= '~' - ' ') & (c != '/');
  if (!good)
    return &bad_debt_id;
  if (text == "." || text == "..")
    return &dots_debt_id;
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

debt_rules rules_of(const validation_policy& policy) {
  debt_rules rules{policy.id_check, policy.due_dates};
  if (policy.due_dates == due_date_window::off)
    return rules;
  const auto today = brazilian_day(policy.time->utc_now());
  rules.earliest = std::max(oldest_due_date, today - std::chrono::days{factor_window_past});
  rules.latest = std::min(last_due_date, today + std::chrono::days{factor_window_future});
  return rules;
}

std::optional<field_error> policy_fault(const debt& d, const debt_rules& rules) {
  std::vector<field_error> errors;
  if (auto v = window_fault(d.due_date, rules))
    report(errors, "debt_due_date", "due date", format_date(d.due_date), v);
  if (!errors.empty())
    return std::move(errors.front());
  return rules.id_check == government_id_check::reject ? government_id_fault(d.government_id)
                                                       : std::nullopt;
}

bool is_suspect(const debt& d, const debt_rules& rules) {
  return rules.id_check == government_id_check::warn
         && classify_government_id(d.government_id) == government_id_kind::unknown;
}

std::vector<field_error> validate(const raw_debt& given, debt& out, const debt_rules& rules) {
  const raw_debt raw{without_blanks(given.name),
                     without_blanks(given.government_id),
                     without_blanks(given.email),
                     without_blanks(given.debt_amount),
                     without_blanks(given.debt_due_date),
                     without_blanks(given.debt_id),
                     given.form};
  auto name = check_text(given.name, raw.name, 255, &long_name);
  auto government_id = check_text(given.government_id, raw.government_id, 20, &long_government_id);
  auto email = check_email(given.email, raw.email);
  auto amount = check_amount(given.debt_amount, raw.debt_amount, raw.form, out.amount);
  auto due_date = check_date(given.debt_due_date, raw.debt_due_date, rules, out.due_date);
  auto debt_id = check_debt_id(given.debt_id, raw.debt_id);
  std::vector<field_error> errors;
  if (name || government_id || email || amount || due_date || debt_id) {
    report(errors, "name", "name", given.name, name);
    report(errors, "government_id", "government id", given.government_id, government_id);
    report(errors, "email", "e-mail", given.email, email);
    report(errors, "debt_amount", "amount", given.debt_amount, amount);
    report(errors, "debt_due_date", "due date", given.debt_due_date, due_date);
    report(errors, "debt_id", "debt id", given.debt_id, debt_id);
    return errors;
  }
  if (rules.id_check == government_id_check::reject) {
    if (auto fault = government_id_fault(raw.government_id)) {
      errors.push_back(std::move(*fault));
      return errors;
    }
  }
  out.name.assign(raw.name);
  out.government_id.assign(raw.government_id);
  out.email.assign(raw.email);
  out.debt_id.assign(raw.debt_id);
  return errors;
}

std::vector<field_error> validate_email(std::string_view text) {
  std::vector<field_error> errors;
  report(errors, "email", "e-mail", text, check_email(text, without_blanks(text)));
  return errors;
}

bool is_due_date(date d) noexcept { return d >= oldest_due_date && d <= last_due_date; }

} // namespace bankslip::domain
