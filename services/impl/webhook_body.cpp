#include "services/impl/webhook_body.hpp"

#include "domain/time.hpp"
#include "json/upload_json.hpp"
#include "json/writer.hpp"

namespace bankslip::services {

namespace {

void write_data(json::writer& w, const domain::stored_debt& d) {
  w.begin_object();
  w.key("debt_id").text(d.content.debt_id);
  w.key("status").text(domain::to_string(d.status));
  w.key("failure").text_or_null(d.failure);
  w.key("bankslip_file").text_or_null(d.linha_digitavel);
  w.key("propagated").boolean(d.status == domain::debt_status::emailed);
  w.key("attempt").number(d.attempt);
  json::write_origin(w, d.from);
  w.key("created_at").text(domain::format_utc(d.created_at));
  json::write_time(w.key("updated_on"), d.updated_on);
  w.end_object();
}

void write_data(json::writer& w, domain::upload_record u) {
  // The reason of a file without a header quotes its first row.
  if (u.failure.code == "csv_invalid")
    u.failure.text = "the file was refused as a whole";
  json::write_upload(w, u);
}

void write_data(json::writer& w, std::monostate) {
  w.begin_object().key("message").text("This is a test call.").end_object();
}

} // namespace

std::string webhook_body(const domain::webhook_event& event) {
  json::writer w;
  w.begin_object();
  w.key("type").text(event.type);
  w.key("timestamp").text(domain::format_utc(event.at));
  w.key("data");
  std::visit([&](const auto& facts) { write_data(w, facts); }, event.facts);
  w.end_object();
  return w.take();
}

} // namespace bankslip::services
