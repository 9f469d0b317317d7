#include "persistence/impl/debt_store_rows.hpp"

#include <charconv>

namespace bankslip::persistence {

namespace {

using domain::debt_status;

std::int64_t number(std::string_view text) noexcept {
  std::int64_t v = 0;
  std::from_chars(text.data(), text.data() + text.size(), v);
  return v;
}

std::string_view text_of_field(const pqxx::field& f) {
  return f.is_null() ? std::string_view{} : std::string_view{f.c_str(), f.size()};
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

const std::string debt_columns =
    "debt_id, name, government_id, email, debt_amount, debt_due_date, bankslip_file, propagated, "
    "status, failure, attempt, put_offs, coalesce(upload_id, 0), coalesce(upload_row, -1), "
    "slip_details, mail_tried_at, created_at, updated_on";

domain::utc_time parse_timestamp(std::string_view text) noexcept {
  using namespace std::chrono;
  auto day = domain::parse_date(text.substr(0, 10));
  if (!day || text.size() < 19)
    return {};
  domain::utc_time out{*day};
  out += hours{number(text.substr(11, 2))} + minutes{number(text.substr(14, 2))}
         + seconds{number(text.substr(17, 2))};
  if (text.size() > 20 && text[19] == '.') {
    auto digits = text.substr(20, text.find_first_not_of("0123456789", 20) - 20);
    auto micros = number(digits);
    for (auto n = digits.size(); n < 6; ++n)
      micros *= 10;
    out += microseconds{micros};
  }
  return out;
}

domain::stored_debt read_debt(const pqxx::row& row) {
  auto text = [&](int i) { return text_of_field(row[i]); };
  domain::stored_debt d;
  d.content.debt_id = text(0);
  d.content.name = text(1);
  d.content.government_id = text(2);
  d.content.email = text(3);
  d.content.amount = parse_amount(text(4));
  d.content.due_date = domain::parse_date(text(5)).value_or(domain::date{});
  d.linha_digitavel = text(6);
  if (text(7) == "t")
    d.status = debt_status::emailed;
  else if (!text(8).empty())
    d.status = text(8) == "failed" ? debt_status::failed : debt_status::in_doubt;
  else
    d.status = d.linha_digitavel.empty() ? debt_status::imported : debt_status::generated;
  d.failure = text(9);
  d.attempt = static_cast<int>(number(text(10)));
  d.put_offs = static_cast<int>(number(text(11)));
  d.from = {number(text(12)), number(text(13))};
  d.slip_details = text(14);
  if (!row[15].is_null())
    d.mail_tried_at = parse_timestamp(text(15));
  d.created_at = parse_timestamp(text(16));
  if (!row[17].is_null())
    d.updated_on = parse_timestamp(text(17));
  return d;
}

} // namespace bankslip::persistence
