#pragma once

#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace bankslip::cli {

/// Options that take one of a few words.
using option_words = std::map<const CLI::Option*, std::vector<std::string>>;

/// A script for bash that completes the commands of `app`, their options and their words;
/// file names where neither is due.
std::string bash_completion(const CLI::App& app, const option_words& words);

} // namespace bankslip::cli
