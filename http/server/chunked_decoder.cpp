#include "http/server/chunked_decoder.hpp"

#include <algorithm>

#include "http/server/text.hpp"

namespace bankslip::http {

namespace {

constexpr std::size_t max_line_bytes = 1024;
/// 15 hex digits are more than any body has and cannot overflow.
constexpr std::size_t max_size_digits = 15;

} // namespace

std::size_t chunked_decoder::decode(std::string_view raw, std::string& out) {
  std::size_t i = 0;
  while (i < raw.size() && state_ == state::more) {
    if (part_ != part::data) {
      take(raw[i++]);
      continue;
    }
    const auto n = std::min<std::uint64_t>(left_, raw.size() - i);
    out.append(raw.substr(i, n));
    i += n;
    left_ -= n;
    if (left_ == 0)
      part_ = part::data_cr;
  }
  return i;
}

void chunked_decoder::take(char c) {
  switch (part_) {
    case part::size_digits:
      return take_size(c);
    case part::extension:
      return take_line_byte(c, part::size_lf);
    case part::size_lf:
      expect(c, '\n', part::data);
      return after_size();
    case part::data_cr:
      return expect(c, '\r', part::data_lf);
    case part::data_lf:
      digits_ = line_ = 0;
      return expect(c, '\n', part::size_digits);
    case part::trailer_start:
      if (c == '\r') {
        part_ = part::last_lf;
        return;
      }
      part_ = part::trailer;
      return take_line_byte(c, part::trailer_lf);
    case part::trailer:
      return take_line_byte(c, part::trailer_lf);
    case part::trailer_lf:
      return expect(c, '\n', part::trailer_start);
    case part::last_lf:
      state_ = c == '\n' ? state::done : state::malformed;
      return;
    case part::data:
      return;
  }
}

void chunked_decoder::take_size(char c) {
  if (const auto digit = hex_value(c); digit >= 0 && digits_ < max_size_digits) {
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    ++digits_;
  } else if (digits_ > 0 && c == '\r') {
    part_ = part::size_lf;
  } else if (digits_ > 0 && (c == ';' || c == ' ' || c == '\t')) {
    part_ = part::extension;
  } else {
    state_ = state::malformed;
  }
}

void chunked_decoder::take_line_byte(char c, part on_cr) {
  if (c == '\r')
    part_ = on_cr;
  else if (c == '\n' || c == '\0' || ++line_ > max_line_bytes)
    state_ = state::malformed;
}

void chunked_decoder::expect(char c, char wanted, part next) {
  part_ = next;
  if (c != wanted)
    state_ = state::malformed;
}

void chunked_decoder::after_size() {
  line_ = 0;
  if (left_ == 0)
    part_ = part::trailer_start;
}

} // namespace bankslip::http
