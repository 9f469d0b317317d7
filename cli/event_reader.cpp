#include "cli/event_reader.hpp"

#include <utility>

namespace bankslip::cli {

namespace {

constexpr std::size_t longest_line = 1 << 20;

} // namespace

void event_reader::begin_anew() {
  const auto id = std::move(last_id_);
  *this = {};
  last_id_ = id_ = id;
}

void event_reader::push(std::string_view bytes, const std::function<void(server_event)>& take) {
  for (const auto c : bytes) {
    if (std::exchange(after_cr_, c == '\r') && c == '\n')
      continue;
    if (c != '\r' && c != '\n') {
      if (line_.size() < longest_line)
        line_ += c;
      continue;
    }
    if (const auto line = std::exchange(line_, {}); !line.empty()) {
      take_line(line);
      continue;
    }
    last_id_ = id_;
    auto event = std::exchange(event_, {});
    if (std::exchange(has_data_, false))
      take(std::move(event));
  }
}

void event_reader::take_line(std::string_view line) {
  const auto colon = line.find(':');
  const auto name = line.substr(0, colon);
  auto value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
  if (value.starts_with(' '))
    value.remove_prefix(1);
  if (name == "event") {
    event_.name = value;
  } else if (name == "data") {
    if (std::exchange(has_data_, true))
      event_.data += '\n';
    event_.data += value;
  } else if (name == "id") {
    id_ = value;
  }
}

} // namespace bankslip::cli
