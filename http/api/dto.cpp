#include "http/api/dto.hpp"

#include "domain/debt_fields.hpp"
#include "domain/text/ascii.hpp"
#include "domain/text/hex.hpp"
#include "domain/time.hpp"
#include "slips/slip_view.hpp"
#include "json/upload_json.hpp"
#include "json/writer.hpp"

namespace bankslip::http {

using json::write_time;
using json::write_upload;

std::string pdf_path(std::string_view debt_id) {
  constexpr std::string_view plain = "-._~";
  std::string out = "/bankslip/";
  for (const auto c : debt_id) {
    const auto u = static_cast<unsigned char>(c);
    if (domain::is_alnum(c) || plain.find(c) != std::string_view::npos)
      out += c;
    else
      out.append({'%', domain::upper_hex_digits[u >> 4], domain::upper_hex_digits[u & 15]});
  }
  return out + "/pdf";
}

std::string debt_json(const domain::stored_debt& d, const domain::beneficiary& to) {
  json::writer w;
  w.begin_object();
  std::string value;
  for (const auto& f : domain::debt_fields) {
    value.clear();
    domain::append_json_value(value, f, d.content);
    w.key(f.name).raw(value);
  }
  w.key("bankslip_file").text_or_null(d.linha_digitavel);
  w.key("propagated").boolean(d.status == domain::debt_status::emailed);
  w.key("status").text(domain::to_string(d.status));
  w.key("failure").text_or_null(d.failure);
  w.key("created_at").text(domain::format_utc(d.created_at));
  write_time(w.key("updated_on"), d.updated_on);
  const auto slip = slips::view_slip(d, to);
  w.key("barcode").text_or_null(slip.barcode);
  // The old service left names of files in `bankslip_file`.
  const auto line = slip.barcode.empty() ? std::string{} : d.linha_digitavel;
  w.key("linha_digitavel").text_or_null(line);
  w.key("nosso_numero").text_or_null(slip.nosso_numero);
  w.key("pix").text_or_null(slip.pix);
  // A service that keeps no PDF of its own leaves ours.
  const auto ours = slip.pdf_url.empty() && !line.empty();
  w.key("pdf_url").text_or_null(ours ? pdf_path(d.content.debt_id) : slip.pdf_url);
  // How it got here.
  w.key("attempt").number(d.attempt);
  w.key("put_offs").number(d.put_offs);
  write_time(w.key("mail_tried_at"), d.mail_tried_at);
  json::write_origin(w, d.from);
  w.end_object();
  return w.take();
}

std::string upload_json(const domain::upload_record& u) {
  json::writer w;
  write_upload(w, u);
  return w.take();
}

std::string uploads_json(const std::vector<domain::upload_record>& uploads) {
  json::writer w;
  w.begin_array();
  for (const auto& u : uploads)
    write_upload(w, u);
  w.end_array();
  return w.take();
}

std::string report_json(const actors::upload_report& r) {
  json::writer w;
  w.begin_object();
  w.key("message").text("Batch processed");
  w.key("upload_id").text(std::to_string(r.upload_id));
  w.key("accepted").number(r.accepted);
  w.key("rejected").number(r.rejected);
  w.key("failed_rows").begin_array();
  for (const auto& f : r.failed_rows) {
    w.begin_object();
    w.key("row").number(f.row);
    w.key("error").text(f.error);
    w.key("field").text_or_null(f.field);
    w.key("code").text(f.code);
    w.end_object();
  }
  w.end_array();
  w.key("failed_rows_truncated").boolean(r.truncated);
  w.end_object();
  return w.take();
}

} // namespace bankslip::http
