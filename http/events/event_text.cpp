#include "http/events/event_text.hpp"

#include <cstdint>

#include "domain/text/hex.hpp"

namespace bankslip::http {

namespace {

void append_event(std::string& out, std::string_view name, std::string_view data) {
  out.append("id: ").append(event_id(name, data)).append("\nevent: ").append(name);
  out.append("\ndata: ").append(data).append("\n\n");
}

} // namespace

// FNV-1a, 64 bits: two states of one upload must differ, nobody must be kept from
// making two that do not.
std::string event_id(std::string_view name, std::string_view data) {
  std::uint64_t digest = 0xcbf29ce484222325;
  for (const auto text : {name, std::string_view{"\n"}, data})
    for (const auto c : text)
      digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  std::string out;
  for (int shift = 60; shift >= 0; shift -= 4)
    out += domain::hex_digits[digest >> shift & 15];
  return out;
}

std::string last_event_id(const event_state& state) {
  return event_id(state.end.empty() ? state.name : state.end, state.data);
}

void append_events(std::string& out, const event_state& state) {
  append_event(out, state.name, state.data);
  if (!state.end.empty())
    append_event(out, state.end, state.data);
}

} // namespace bankslip::http
