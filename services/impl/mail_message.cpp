#include "services/impl/mail_message.hpp"

#include "domain/crypto.hpp"
#include "domain/email.hpp"
#include "domain/text/hex.hpp"
#include "domain/validation.hpp"
#include "services/impl/mime.hpp"

namespace bankslip::services {

namespace {

void append_mailbox(std::string& out, std::string_view header, std::string_view name,
                    std::string_view address) {
  out.append(header).append(": ");
  if (!name.empty()) {
    append_display_name(out, name, header.size() + 2);
    out.append("\r\n ");
  }
  out.append("<").append(address).append(">\r\n");
}

void append_part_head(std::string& out, std::string_view type, std::string_view encoding) {
  out.append("Content-Type: ").append(type).append("\r\n");
  out.append("Content-Transfer-Encoding: ").append(encoding).append("\r\n");
}

void append_alternative(std::string& out, const mail_message& m, std::string_view boundary) {
  auto separator = std::string{"--"}.append(boundary);
  out.append("Content-Type: multipart/alternative;\r\n boundary=\"").append(boundary);
  out.append("\"\r\n\r\n").append(separator).append("\r\n");
  append_part_head(out, "text/plain; charset=utf-8", "quoted-printable");
  out.append("\r\n");
  append_quoted_printable(out, m.text);
  out.append("\r\n").append(separator).append("\r\n");
  append_part_head(out, "text/html; charset=utf-8", "quoted-printable");
  out.append("\r\n");
  append_quoted_printable(out, m.html);
  out.append("\r\n").append(separator).append("--\r\n");
}

void append_pdf(std::string& out, const mail_message& m) {
  std::string name;
  for (char c : m.pdf_name)
    name.push_back(c == '"' || c == '\\' || c < 0x20 || c > 0x7e ? '_' : c);
  append_part_head(out, "application/pdf", "base64");
  out.append("Content-Disposition: attachment;\r\n filename=\"").append(name).append("\"\r\n\r\n");
  append_base64_lines(out, m.pdf);
}

} // namespace

std::string_view mail_sender::domain_part() const noexcept {
  return std::string_view{address}.substr(address.rfind('@') + 1);
}

caf::expected<mail_sender> parse_sender(std::string_view text) {
  mail_sender out;
  auto open = text.rfind('<');
  if (open != std::string_view::npos && text.ends_with('>')) {
    auto name = text.substr(0, open);
    while (name.ends_with(' '))
      name.remove_suffix(1);
    if (name.size() >= 2 && name.starts_with('"') && name.ends_with('"'))
      name = name.substr(1, name.size() - 2);
    out.name = name;
    out.address = text.substr(open + 1, text.size() - open - 2);
  } else {
    out.address = text;
  }
  if (!domain::is_email(out.address) || !domain::is_clean_utf8(out.name))
    return domain::make_error(domain::errc::invalid_input,
                              "the sender \"" + std::string{text}
                                  + "\" must be an address or: Name <address>");
  out.address = domain::ascii_email(out.address);
  return out;
}

std::string message_id(std::string_view debt_id) {
  return domain::to_hex(domain::sha256(std::string{"mail:"}.append(debt_id))).substr(0, 40);
}

void write_message(std::string& out, const mail_message& m) {
  // Part of no encoded body: "=_" cannot stand in quoted-printable or base64.
  auto outer = "=_m_" + std::string{m.id.substr(0, 24)};
  auto inner = "=_a_" + std::string{m.id.substr(0, 24)};
  out.append("Date: ").append(format_mail_date(m.date)).append("\r\n");
  append_mailbox(out, "From", m.from.name, m.from.address);
  append_mailbox(out, "To", m.to_name, m.to_address);
  out.append("Subject: ");
  append_header_text(out, m.subject, 9);
  out.append("\r\nMessage-ID: <").append(m.id).append("@").append(m.from.domain_part());
  out.append(">\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n");
  out.append("Content-Language: pt-BR\r\n");
  if (m.pdf.empty()) {
    append_alternative(out, m, inner);
    return;
  }
  out.append("Content-Type: multipart/mixed;\r\n boundary=\"").append(outer).append("\"\r\n\r\n--");
  out.append(outer).append("\r\n");
  append_alternative(out, m, inner);
  out.append("\r\n--").append(outer).append("\r\n");
  append_pdf(out, m);
  out.append("\r\n--").append(outer).append("--\r\n");
}

} // namespace bankslip::services
