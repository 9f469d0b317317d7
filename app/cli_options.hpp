#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

#include "app/values.hpp"

/// Options of the small commands, whose refusals name option, value and what
/// is allowed; private to cli.cpp.
namespace bankslip::app {

template <class Number>
CLI::Option* number_option(CLI::App& app, const std::string& name, Number& member,
                           std::uint64_t least, std::uint64_t most, const std::string& help) {
  const auto take = [=, &member](const std::string& text) {
    const auto value = parse_number(text);
    if (!value || *value < least || *value > most)
      throw CLI::ValidationError(name + "=" + shown_value(text),
                                 "must be a whole number, " + std::to_string(least) + " to "
                                     + std::to_string(most));
    member = static_cast<Number>(*value);
  };
  return app.add_option_function<std::string>(name, take, help)
      ->default_str(std::to_string(member));
}

template <class Duration>
CLI::Option* duration_option(CLI::App& app, const std::string& name, Duration& member,
                             const std::string& help) {
  const auto take = [=, &member](const std::string& text) {
    const auto span = parse_duration(text);
    if (!span || std::chrono::duration_cast<Duration>(*span) != *span)
      throw CLI::ValidationError(name + "=" + shown_value(text),
                                 "must be a time such as 500ms, 20s, 15m or 0");
    member = std::chrono::duration_cast<Duration>(*span);
  };
  return app.add_option_function<std::string>(name, take, help)
      ->default_str(format_duration(member));
}

} // namespace bankslip::app
