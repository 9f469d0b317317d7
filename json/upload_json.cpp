#include "json/upload_json.hpp"

#include <array>
#include <charconv>
#include <string>

namespace bankslip::json {

void write_time(writer& w, const std::optional<domain::utc_time>& t) {
  if (t)
    w.text(domain::format_utc(*t));
  else
    w.null();
}

void write_origin(writer& w, const domain::origin& from) {
  w.key("upload_id").text_or_null(from ? std::to_string(from.upload_id) : std::string{});
  const auto has_row = from && from.row >= 0;
  w.key("row").number_or_null(has_row ? std::optional{from.row} : std::nullopt);
}

namespace {

void write_rate(writer& w, double per_second) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), per_second,
                                 std::chars_format::fixed, 1);
  w.raw({text.data(), end.ptr});
}

void write_outlook(writer& w, const domain::upload_record& u) {
  const auto& o = u.outlook;
  w.key("mail_waiting").number_or_null(o ? std::optional{o->waiting} : std::nullopt);
  write_time(w.key("mail_oldest_at"), o ? o->oldest_at : std::nullopt);
  write_time(w.key("mail_eta"), o ? o->ends_at : std::nullopt);
  const bool is_known = o && o->speed;
  w.key("mail_rate");
  is_known ? write_rate(w, o->speed->rate) : void(w.null());
  w.key("mail_limit").text_or_null(is_known ? std::string_view{o->speed->limit} : "");
}

} // namespace

void write_upload(writer& w, const domain::upload_record& u) {
  w.begin_object();
  w.key("upload_id").text(std::to_string(u.upload_id));
  w.key("state").text(domain::to_string(u.state));
  w.key("bytes").number(u.bytes);
  w.key("rows").number(u.accepted + u.rejected);
  w.key("accepted").number(u.accepted);
  w.key("rejected").number(u.rejected);
  for (const auto& counter : domain::each_upload_counter)
    w.key(counter.name).number(u.*counter.rows);
  w.key("mail").text(domain::is_stopped(u.mail) ? domain::to_string(u.mail) : "on");
  w.key("created_at").text(domain::format_utc(u.created_at));
  write_time(w.key("received_at"), u.received_at);
  write_time(w.key("generated_at"), u.generated_at);
  write_time(w.key("done_at"), u.done_at);
  write_outlook(w, u);
  w.key("failure_code").text_or_null(u.failure.code);
  w.key("failure").text_or_null(u.failure.text);
  w.end_object();
}

} // namespace bankslip::json
