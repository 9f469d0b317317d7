#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace bankslip::cli {

/// A script for bash that completes the commands of `app`, their options and the words of
/// these (an option's type: "json|plain"); file names where neither is due.
std::string bash_completion(const CLI::App& app);

} // namespace bankslip::cli
