#include "json/writer.hpp"

#include <utility>

#include "domain/text/json_text.hpp"
#include "domain/text/utf8.hpp"

namespace bankslip::json {

/// A debt has about 800.
constexpr std::size_t usual_bytes = 1024;

void writer::separate() {
  if (std::exchange(follows_, true))
    out_ += ',';
}

writer& writer::open(char bracket) {
  // Growing from nothing would move it half a dozen times.
  if (out_.empty())
    out_.reserve(usual_bytes);
  separate();
  out_ += bracket;
  follows_ = false;
  return *this;
}

writer& writer::close(char bracket) {
  out_ += bracket;
  follows_ = true;
  return *this;
}

writer& writer::key(std::string_view name) {
  text(name);
  out_ += ':';
  follows_ = false;
  return *this;
}

writer& writer::text(std::string_view value) {
  separate();
  if (domain::is_clean_utf8(value))
    domain::append_json_string(out_, value);
  else
    domain::append_json_string(out_, domain::clean_utf8(value));
  return *this;
}

writer& writer::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

std::string writer::take() {
  follows_ = false;
  return std::exchange(out_, {});
}

std::string text_value(std::string_view text) { return writer{}.text(text).take(); }

} // namespace bankslip::json
