#include "persistence/impl/text_rows.hpp"

#include "domain/text/parse.hpp"
#include "persistence/impl/bankslips.hpp"

namespace bankslip::persistence {

namespace {

std::int64_t number_in(std::string_view digits) noexcept {
  return domain::parse_whole<std::int64_t>(digits).value_or(0);
}

/// "-12.34" with at most two fraction digits; zero for "NaN".
domain::money parse_amount(std::string_view text) noexcept {
  std::int64_t cents = 0;
  for (char c : text)
    if (c >= '0' && c <= '9')
      cents = cents * 10 + (c - '0');
  if (text.find('.') == std::string_view::npos)
    cents *= 100;
  return {text.starts_with('-') ? -cents : cents};
}

} // namespace

std::int64_t text_cell::number() const { return number_in(text()); }
domain::money text_cell::amount() const { return parse_amount(text()); }
domain::date text_cell::date() const { return domain::parse_date(text()).value_or(domain::date{}); }
domain::utc_time text_cell::time() const { return parse_timestamp(text()); }

domain::utc_time parse_timestamp(std::string_view text) noexcept {
  using namespace std::chrono;
  auto day = domain::parse_date(text.substr(0, 10));
  if (!day || text.size() < 19)
    return {};
  domain::utc_time out{*day};
  out += hours{number_in(text.substr(11, 2))} + minutes{number_in(text.substr(14, 2))}
         + seconds{number_in(text.substr(17, 2))};
  if (text.size() > 20 && text[19] == '.') {
    auto digits = text.substr(20, text.find_first_not_of("0123456789", 20) - 20);
    auto micros = number_in(digits);
    for (auto n = digits.size(); n < 6; ++n)
      micros *= 10;
    out += microseconds{micros};
  }
  return out;
}

domain::stored_debt read_row(const text_row& row) {
  domain::stored_debt out;
  read_columns(all_columns, text_cell{row}, out);
  return out;
}

} // namespace bankslip::persistence
