#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace bankslip::cli {

/// Variables of a `.env` file.
using dotenv = std::map<std::string, std::string, std::less<>>;

/// Reads the text of a `.env` file into `out`: lines KEY=VALUE, an `export `
/// in front is skipped; blank lines and lines that begin with # are skipped.
/// A value may stand in single quotes (taken word for word) or double quotes
/// (\n, \t, \", \\ and \$ are read); without quotes it ends at " #" or the
/// line's end, without the spaces around it. The last of equal keys wins.
/// Answers what is wrong, naming the line but never its value (it may be a
/// password): "line 3: no = after the name".
std::optional<std::string> parse_dotenv(std::string_view text, dotenv& out);

/// The same of the file at `path`; a file that does not exist is empty.
/// Answers "PATH: what is wrong".
std::optional<std::string> read_dotenv(const std::string& path, dotenv& out);

} // namespace bankslip::cli
