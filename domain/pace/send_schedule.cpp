#include "domain/pace/send_schedule.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <cctz/time_zone.h>

#include "domain/error.hpp"
#include "domain/text/ascii.hpp"
#include "domain/text/parse.hpp"

namespace bankslip::domain {

namespace {

using std::chrono::minutes;
using window = send_schedule::window;

constexpr std::array<std::string_view, 7> day_names{"sun", "mon", "tue", "wed",
                                                    "thu", "fri", "sat"};
constexpr minutes one_day = std::chrono::hours{24};

/// Takes the first word of `text` off.
std::string_view next_word(std::string_view& text) {
  text = trimmed(text);
  auto word = text.substr(0, text.find_first_of(" \t"));
  text.remove_prefix(word.size());
  return word;
}

std::optional<unsigned> day_of(std::string_view name) {
  auto at = std::ranges::find_if(day_names, [&](auto day) { return same_text(day, name); });
  if (at == day_names.end())
    return std::nullopt;
  return static_cast<unsigned>(at - day_names.begin());
}

std::optional<unsigned> days_of(std::string_view text) {
  if (same_text(text, "daily"))
    return 0x7F;
  unsigned out = 0;
  while (!text.empty()) {
    auto part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    auto dash = std::min(part.find('-'), part.size());
    auto first = day_of(part.substr(0, dash));
    auto last = dash == part.size() ? first : day_of(part.substr(dash + 1));
    if (!first || !last)
      return std::nullopt;
    for (auto day = *first; day != *last; day = (day + 1) % 7)
      out |= 1U << day;
    out |= 1U << *last;
  }
  return out == 0 ? std::nullopt : std::optional{out};
}

std::optional<minutes> time_of(std::string_view text) {
  if (text.size() != 5 || text[2] != ':' || !is_digit(text[0]) || !is_digit(text[1])
      || !is_digit(text[3]) || !is_digit(text[4]))
    return std::nullopt;
  auto number = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
  minutes out{number(0) * 60 + number(3)};
  return number(3) > 59 || out > one_day ? std::nullopt : std::optional{out};
}

std::optional<cctz::time_zone> zone_of(const std::string& name) {
  cctz::time_zone zone;
  // The library would read files by their paths too.
  if (!name.starts_with('/') && name.find("..") == std::string::npos
      && cctz::load_time_zone(name, &zone))
    return zone;
  return std::nullopt;
}

caf::error bad_window(std::string_view part, std::string_view why) {
  return make_error(errc::invalid_input, std::string{"\""}.append(part).append("\": ").append(why));
}

caf::expected<window> read_window(std::string_view part, std::string_view zone) {
  constexpr std::string_view form =
      "must be days, hours and a time zone, such as mon-fri 08:00-20:00 America/Sao_Paulo";
  auto rest = part;
  window out;
  auto days = days_of(next_word(rest));
  auto hours = next_word(rest);
  auto dash = std::min(hours.find('-'), hours.size());
  auto begin = time_of(hours.substr(0, dash));
  auto end = time_of(hours.substr(std::min(dash + 1, hours.size())));
  if (!days || !begin || !end || *begin == one_day)
    return bad_window(part, form);
  out.days = *days;
  out.begin = *begin;
  out.end = *end > *begin ? *end : *end + one_day;
  auto name = next_word(rest);
  if (!next_word(rest).empty())
    return bad_window(part, form);
  out.zone = name.empty() ? zone : name;
  if (!zone_of(out.zone))
    return bad_window(part, "unknown time zone " + out.zone);
  return out;
}

/// When the window that begins on `day` is open.
std::pair<utc_time, utc_time> span_of(const window& w, cctz::civil_day day,
                                      const cctz::time_zone& zone) {
  auto at = [&](minutes m) {
    return utc_time{cctz::convert(cctz::civil_minute(day) + m.count(), zone)};
  };
  return {at(w.begin), at(w.end)};
}

/// Monday is the library's first day.
bool is_on(const window& w, cctz::civil_day day) {
  auto number = (static_cast<unsigned>(cctz::get_weekday(day)) + 1) % 7;
  return (w.days >> number & 1) != 0;
}

} // namespace

caf::expected<send_schedule> send_schedule::parse(std::string_view text) {
  send_schedule out;
  std::string zone = "America/Sao_Paulo";
  while (!text.empty()) {
    const auto part = trimmed(take_until(';', text));
    if (part.empty())
      continue;
    auto read = read_window(part, zone);
    if (!read)
      return std::move(read.error());
    zone = read->zone;
    out.windows_.push_back(std::move(*read));
  }
  return out;
}

std::pair<utc_time, utc_time> send_schedule::next_span(utc_time now) const {
  // A window may begin the day before; the clocks may leave out one of a week.
  constexpr int first = -1, last = 15;
  if (windows_.empty())
    return {now, utc_time::max()};
  std::pair best{utc_time::max(), utc_time::max()};
  for (const auto& w : windows_) {
    auto zone = zone_of(w.zone).value_or(cctz::utc_time_zone());
    auto today = cctz::civil_day(cctz::convert(now, zone));
    for (auto day = today + first; day < today + last; ++day) {
      if (!is_on(w, day))
        continue;
      auto [begin, end] = span_of(w, day, zone);
      if (end > now && begin < end) {
        best = std::min(best, std::pair{std::max(begin, now), end});
        break;
      }
    }
  }
  return best;
}

utc_time send_schedule::next_open(utc_time now) const { return next_span(now).first; }

std::optional<utc_time> send_schedule::after(utc_time now, std::chrono::seconds span) const {
  constexpr int most_spans = 400;
  for (int i = 0; i < most_spans; ++i) {
    const auto [begin, end] = next_span(now);
    if (end == utc_time::max() ? begin != end : begin + span <= end)
      return begin + span;
    if (begin == utc_time::max())
      return std::nullopt;
    span -= std::chrono::floor<std::chrono::seconds>(end - begin);
    now = end;
  }
  return std::nullopt;
}

} // namespace bankslip::domain
