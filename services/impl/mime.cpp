#include "services/impl/mime.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include <openssl/evp.h>

#include "domain/text/hex.hpp"
#include "domain/text/utf8.hpp"
#include "slips/printed_fields.hpp"

namespace bankslip::services {

namespace {

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; })
         && text.find("=?") == std::string_view::npos;
}

void append_base64(std::string& out, std::string_view bytes) {
  const auto at = out.size();
  // And the zero behind it.
  out.resize(at + (bytes.size() + 2) / 3 * 4 + 1);
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data() + at),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  out.pop_back();
}

void append_encoded_words(std::string& out, std::string_view text, std::size_t column) {
  constexpr std::size_t frame = 12; // =?UTF-8?B? and ?=
  constexpr std::size_t width = 76;
  for (bool first = true; !text.empty(); first = false) {
    if (!first) {
      out.append("\r\n ");
      column = 1;
    }
    auto room = std::min<std::size_t>(width - std::min(width - 20, column + frame), 63) / 4 * 3;
    auto taken = domain::whole_characters(text, room);
    out.append("=?UTF-8?B?");
    append_base64(out, taken);
    out.append("?=");
    text.remove_prefix(taken.size());
  }
}

} // namespace

void append_header_text(std::string& out, std::string_view text, std::size_t column) {
  auto line = slips::without_controls(text);
  if (is_plain(line) && column + line.size() <= 76)
    out.append(line);
  else
    append_encoded_words(out, line, column);
}

void append_display_name(std::string& out, std::string_view name, std::size_t column) {
  auto line = slips::without_controls(name);
  if (!is_plain(line) || column + line.size() > 70) {
    append_encoded_words(out, line, column);
    return;
  }
  out.push_back('"');
  for (char c : line) {
    if (c == '"' || c == '\\')
      out.push_back('\\');
    out.push_back(c);
  }
  out.push_back('"');
}

void append_quoted_printable(std::string& out, std::string_view text) {
  constexpr std::size_t longest = 75; // one more for the soft break's sign
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n')
      continue;
    if (c == '\n') {
      out.append("\r\n");
      column = 0;
      continue;
    }
    auto next = i + 1 < text.size() ? text[i + 1] : '\n';
    bool at_end = next == '\n' || next == '\r';
    bool plain = (c > 0x20 && c < 0x7f && c != '=') || ((c == ' ' || c == '\t') && !at_end);
    std::size_t size = plain ? 1 : 3;
    if (column + size > longest) {
      out.append("=\r\n");
      column = 0;
    }
    if (plain)
      out.push_back(static_cast<char>(c));
    else
      out.append({'=', domain::upper_hex_digits[c >> 4], domain::upper_hex_digits[c & 15]});
    column += size;
  }
}

void append_base64_lines(std::string& out, std::string_view bytes) {
  constexpr std::size_t line = 57;
  for (std::size_t i = 0; i < bytes.size(); i += line) {
    append_base64(out, bytes.substr(i, line));
    out.append("\r\n");
  }
}

std::string format_mail_date(domain::utc_time t) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  auto day = std::chrono::floor<std::chrono::days>(t);
  std::chrono::year_month_day ymd{day};
  std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(t - day)};
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d +0000",
                days[std::chrono::weekday{day}.c_encoding()], static_cast<unsigned>(ymd.day()),
                months[static_cast<unsigned>(ymd.month()) - 1], static_cast<int>(ymd.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

} // namespace bankslip::services
