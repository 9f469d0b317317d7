#include "http/server/multipart.hpp"

#include <algorithm>
#include <utility>

#include "http/server/text.hpp"

namespace bankslip::http {

namespace {

/// Longest headers of one part.
constexpr std::size_t max_part_headers = 8 * 1024;
constexpr std::size_t max_boundary = 70;

/// Value of the header `name` of a part; each of `lines` begins with its line end.
/// A line that begins with a blank goes on with the one before it.
std::optional<std::string> part_header(std::string_view lines, std::string_view name) {
  std::optional<std::string> value;
  while (!lines.empty()) {
    lines.remove_prefix(2);
    const auto line = lines.substr(0, lines.find("\r\n"));
    lines.remove_prefix(line.size());
    if (line.starts_with(' ') || line.starts_with('\t')) {
      if (value)
        value->append(value->empty() ? "" : " ").append(trimmed(line));
      continue;
    }
    if (value)
      break;
    const auto colon = line.find(':');
    if (colon != std::string_view::npos && same_text(trimmed(line.substr(0, colon)), name))
      value = trimmed(line.substr(colon + 1));
  }
  return value;
}

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
  bool more = fault_ == multipart_fault::none;
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
    }
  }
  buffer_.erase(0, used_);
  used_ = 0;
  return fault_ == multipart_fault::none;
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
  if (!line.empty() || std::min(end, rest.size()) > max_part_headers) {
    fault_ = multipart_fault::malformed;
    return false;
  }
  if (end == std::string_view::npos)
    return false;
  used_ += end;
  state_ = state::headers;
  return true;
}

bool multipart_reader::take_headers() {
  const auto rest = std::string_view{buffer_}.substr(used_);
  // The line end of the delimiter is the first one: there may be no headers.
  const auto end = rest.find("\r\n\r\n");
  if (std::min(end, rest.size()) > max_part_headers) {
    fault_ = multipart_fault::malformed;
    return false;
  }
  if (end == std::string_view::npos)
    return false;
  begin_part(rest.substr(0, end));
  used_ += end + 4;
  state_ = state::body;
  return fault_ == multipart_fault::none;
}

void multipart_reader::begin_part(std::string_view headers) {
  const auto value = part_header(headers, "content-disposition").value_or("");
  const auto kind = trimmed(std::string_view{value}.substr(0, value.find(';')));
  if (!same_text(kind, "form-data") || header_parameter(value, "name") != field_)
    return;
  if (std::exchange(field_seen_, true)) {
    fault_ = multipart_fault::repeated_field;
    return;
  }
  wanted_ = true;
  transfer_encoding_ = part_header(headers, "content-transfer-encoding").value_or("binary");
  for (const auto* plain : {"binary", "7bit", "8bit"})
    if (same_text(transfer_encoding_, plain))
      return;
  fault_ = multipart_fault::encoded_field;
}

} // namespace bankslip::http
