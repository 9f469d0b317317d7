#include "persistence/impl/upload_mail.hpp"

#include "domain/error.hpp"
#include "persistence/impl/text.hpp"
#include "persistence/impl/text_rows.hpp"
#include "persistence/impl/uploads.hpp"

namespace bankslip::persistence {

domain::mail_outlook read_outlook(const text_row& row, int first) {
  const auto cell = [&](int i) { return row[first + i]; };
  const auto time = [&](int i) {
    return cell(i).is_null() ? std::nullopt : std::optional{parse_timestamp(cell(i).c_str())};
  };
  domain::mail_outlook out;
  out.waiting = cell(0).as<std::int64_t>();
  out.oldest_at = time(2);
  out.paced = cell(3).c_str() == std::string_view{"t"};
  if (cell(4).is_null())
    return out;
  out.speed = domain::mail_speed{cell(4).as<double>(), cell(5).as<double>(), cell(6).c_str(),
                                 time(7), cell(8).c_str()};
  out.ends_at =
      domain::mails_end(cell(1).as<std::int64_t>(), *out.speed, parse_timestamp(cell(9).c_str()));
  return out;
}

caf::expected<domain::upload_record> set_mail(debt_store_connection& c, std::int64_t id,
                                              domain::mail_action action,
                                              domain::event_set events) {
  using domain::mail_action;
  using domain::mail_stop;
  const auto becomes = action == mail_action::pause    ? mail_stop::paused
                       : action == mail_action::cancel ? mail_stop::cancelled
                                                       : mail_stop::resumed;
  auto r =
      c.statement("stop or resume e-mails", "select set_mail($1::bigint, $2::text, $3::text[])", id,
                  to_string(becomes), array_literal(events.names()));
  if (!r)
    return r.error();
  auto upload = find_upload(c, id);
  if (upload && (*r)[0][0].c_str() != std::string_view{"t"})
    return domain::make_error(domain::errc::wrong_state,
                              "the e-mails of upload " + std::to_string(id) + " are "
                                  + std::string{to_string(upload->mail)});
  return upload;
}

caf::error release_held(debt_store_connection& c, int limit) {
  return c.execute("let held rows go", "select release_held($1::int)", limit);
}

caf::expected<domain::mail_outlook> tell_mail_speed(debt_store_connection& c,
                                                    const std::string& topic, std::int64_t process,
                                                    const domain::mail_speed& speed) {
  if (auto error = c.execute("tell the speed of e-mails",
                             "select note_mail_speed($1::bigint, $2::float8, $3::float8, $4::text, "
                             "nullif($5::text, '')::timestamptz, $6::text)",
                             process, speed.rate, speed.allowed, speed.limit,
                             speed.until ? domain::format_utc(*speed.until) : "", speed.schedule))
    return error;
  static const std::string text =
      std::string{"select "} + outlook_columns
      + " from (select waiting, waiting as ahead, oldest_at from mail_backlog($1::text)) "
        "as b cross join mail_speed()";
  auto r = c.statement("read the backlog of e-mails", text, topic);
  if (!r)
    return r.error();
  return read_outlook((*r)[0], 0);
}

} // namespace bankslip::persistence
