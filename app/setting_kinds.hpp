#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "app/settings.hpp"
#include "app/values.hpp"

/// Makers of settings by the type of their value; private to settings.cpp.
/// `field` finds the member in a config: [](auto& c) -> auto& { … }.
namespace bankslip::app {

/// Variable, option and help of a setting.
struct setting_name {
  std::string variable;
  std::string option;
  std::string help;
};

template <class Field, class Parse, class Show>
setting make_setting(setting_name name, std::string allowed, Field field, Parse parse, Show show) {
  setting s;
  s.variable = std::move(name.variable);
  s.option = std::move(name.option);
  s.help = std::move(name.help);
  s.allowed = std::move(allowed);
  s.take = [field, parse](config& c, std::string_view text) { return parse(text, field(c)); };
  s.show = [field, show](const config& c) -> std::string { return show(field(c)); };
  return s;
}

/// Text that `check` likes.
template <class Field>
setting text(setting_name name, std::string allowed, bool (*check)(std::string_view), Field field) {
  return make_setting(
      std::move(name), std::move(allowed), field,
      [check](std::string_view value, std::string& member) {
        const bool good = check(value);
        if (good)
          member = value;
        return good;
      },
      [](const std::string& member) { return member; });
}

template <class Field>
setting number(setting_name name, std::uint64_t least, std::uint64_t most, Field field) {
  return make_setting(
      std::move(name), "a whole number, " + std::to_string(least) + " to " + std::to_string(most),
      field,
      [least, most](std::string_view value, auto& member) {
        const auto n = parse_number(value);
        if (!n || *n < least || *n > most)
          return false;
        member = static_cast<std::remove_reference_t<decltype(member)>>(*n);
        return true;
      },
      [](const auto& member) { return std::to_string(member); });
}

template <class Field>
setting duration(setting_name name, std::chrono::milliseconds least, std::chrono::milliseconds most,
                 Field field) {
  return make_setting(
      std::move(name),
      "a time such as 500ms, 20s, 15m, 2h, " + format_duration(least) + " to "
          + format_duration(most),
      field,
      [least, most](std::string_view value, auto& member) {
        using unit = std::remove_reference_t<decltype(member)>;
        const auto span = parse_duration(value);
        if (!span || *span < least || *span > most)
          return false;
        member = std::chrono::duration_cast<unit>(*span);
        return std::chrono::milliseconds{member} == *span;
      },
      [](const auto& member) { return format_duration(member); });
}

/// One of a few words.
template <class Value, class Field>
setting choice(setting_name name, std::vector<std::pair<std::string, Value>> words, Field field) {
  std::string allowed;
  for (std::size_t i = 0; i < words.size(); ++i)
    allowed += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i].first;
  return make_setting(
      std::move(name), std::move(allowed), field,
      [words](std::string_view value, auto& member) {
        for (const auto& [word, meaning] : words) {
          if (word != value)
            continue;
          member = meaning;
          return true;
        }
        return false;
      },
      [words](const auto& member) {
        for (const auto& [word, meaning] : words)
          if (meaning == member)
            return word;
        return std::string{};
      });
}

} // namespace bankslip::app
