#include "http/server/multipart.hpp"

#include <algorithm>
#include <utility>

#include "http/server/text.hpp"

namespace bankslip::http {

namespace {

/// Longest headers of one part.
constexpr std::size_t max_part_headers = 8 * 1024;
constexpr std::size_t max_boundary = 70;

} // namespace

std::optional<std::string> multipart_boundary(std::string_view content_type) {
  const auto type = trimmed(content_type.substr(0, content_type.find(';')));
  if (!same_text(type, "multipart/form-data"))
    return std::nullopt;
  auto boundary = header_parameter(content_type, "boundary").value_or("");
  const auto visible = [](char c) { return c >= 0x20 && c < 0x7f; };
  if (boundary.size() > max_boundary || !std::all_of(boundary.begin(), boundary.end(), visible))
    boundary.clear();
  return boundary;
}

multipart_reader::multipart_reader(std::string_view boundary, std::string field)
    : delimiter_{"\r\n--"}, field_{std::move(field)},
      // The first delimiter may stand at the very start, without its CRLF.
      buffer_{"\r\n"} {
  delimiter_ += boundary;
}

bool multipart_reader::push(std::string_view bytes, std::string& out) {
  if (state_ == state::epilogue)
    return true;
  buffer_ += bytes;
  bool more = true;
  while (more) {
    switch (state_) {
      case state::preamble:
        more = skip_to_delimiter(nullptr);
        break;
      case state::delimiter:
        more = take_delimiter_end();
        break;
      case state::headers:
        more = take_headers();
        break;
      case state::body:
        more = skip_to_delimiter(wanted_ ? &out : nullptr);
        break;
      case state::epilogue:
        used_ = buffer_.size();
        more = false;
        break;
      case state::malformed:
        return false;
    }
  }
  buffer_.erase(0, used_);
  used_ = 0;
  return state_ != state::malformed;
}

bool multipart_reader::skip_to_delimiter(std::string* out) {
  const auto at = buffer_.find(delimiter_, used_);
  const auto found = at != std::string::npos;
  // Without a delimiter, its beginning may still stand at the end.
  const auto kept = delimiter_.size() - 1;
  const auto end = found ? at : std::max(used_, buffer_.size() - std::min(kept, buffer_.size()));
  if (out)
    out->append(buffer_, used_, end - used_);
  used_ = end;
  if (!found)
    return false;
  used_ += delimiter_.size();
  wanted_ = false;
  state_ = state::delimiter;
  return true;
}

bool multipart_reader::take_delimiter_end() {
  auto rest = std::string_view{buffer_}.substr(used_);
  if (rest.size() < 2)
    return false;
  if (rest.starts_with("--")) {
    state_ = state::epilogue;
    return true;
  }
  // Spaces may follow the boundary.
  const auto line = trimmed(rest.substr(0, rest.find('\r')));
  const auto end = rest.find("\r\n");
  if (!line.empty() || std::min(end, rest.size()) > max_part_headers)
    state_ = state::malformed;
  else if (end == std::string_view::npos)
    return false;
  else
    state_ = state::headers;
  used_ += end == std::string_view::npos ? 0 : end + 2;
  return true;
}

bool multipart_reader::take_headers() {
  while (true) {
    const auto rest = std::string_view{buffer_}.substr(used_);
    const auto end = rest.find("\r\n");
    if (std::min(end, rest.size()) > max_part_headers) {
      state_ = state::malformed;
      return true;
    }
    if (end == std::string_view::npos)
      return false;
    used_ += end + 2;
    if (end == 0) {
      state_ = state::body;
      return true;
    }
    take_header_line(rest.substr(0, end));
  }
}

void multipart_reader::take_header_line(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || field_seen_
      || !same_text(trimmed(line.substr(0, colon)), "content-disposition"))
    return;
  const auto value = trimmed(line.substr(colon + 1));
  const auto kind = trimmed(value.substr(0, value.find(';')));
  if (same_text(kind, "form-data") && header_parameter(value, "name") == field_)
    wanted_ = field_seen_ = true;
}

} // namespace bankslip::http
