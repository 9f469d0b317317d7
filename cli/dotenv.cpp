#include "cli/dotenv.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "domain/text/ascii.hpp"
#include "domain/text/parse.hpp"

namespace bankslip::cli {

namespace {

constexpr std::uintmax_t longest_file = 1 << 20;

std::string_view trim(std::string_view text) { return domain::trimmed(text, " \t\r"); }

bool is_name(std::string_view text) {
  const auto fits = [](char c) { return c == '_' || domain::is_alnum(c); };
  return !text.empty() && !domain::is_digit(text.front()) && std::ranges::all_of(text, fits);
}

std::string quoted(std::string_view text) {
  const char quote = text.front();
  std::string out;
  std::size_t at = 1;
  for (; at < text.size() && text[at] != quote; ++at) {
    const bool escape = quote == '"' && text[at] == '\\' && at + 1 < text.size();
    const char c = text[at += escape];
    out += escape && c == 'n' ? '\n' : escape && c == 't' ? '\t' : c;
  }
  if (at >= text.size())
    throw std::invalid_argument{"a quote is not closed"};
  const auto rest = trim(text.substr(at + 1));
  if (!rest.empty() && rest.front() != '#')
    throw std::invalid_argument{"text after the closing quote"};
  return out;
}

std::string value_of(std::string_view text) {
  if (text.starts_with('"') || text.starts_with('\''))
    return quoted(text);
  if (text.starts_with('#'))
    return {};
  for (const auto* comment : {" #", "\t#"})
    text = text.substr(0, text.find(comment));
  return std::string{trim(text)};
}

void take_line(std::string_view line, dotenv& out) {
  line = trim(line);
  if (line.empty() || line.front() == '#')
    return;
  if (line.find('\0') != std::string_view::npos)
    throw std::invalid_argument{"holds a NUL byte"};
  if (line.starts_with("export ") || line.starts_with("export\t"))
    line = trim(line.substr(7));
  const auto equals = line.find('=');
  if (equals == std::string_view::npos)
    throw std::invalid_argument{"no = after the name"};
  const auto name = trim(line.substr(0, equals));
  if (!is_name(name))
    throw std::invalid_argument{
        "a name has letters, digits and _ only and does not begin with a digit"};
  out.insert_or_assign(std::string{name}, value_of(trim(line.substr(equals + 1))));
}

} // namespace

std::optional<std::string> parse_dotenv(std::string_view text, dotenv& out) {
  if (text.starts_with("\xEF\xBB\xBF"))
    text.remove_prefix(3);
  for (int number = 1; !text.empty(); ++number) {
    try {
      take_line(domain::take_until('\n', text), out);
    } catch (const std::invalid_argument& wrong) {
      return "line " + std::to_string(number) + ": " + wrong.what();
    }
  }
  return std::nullopt;
}

std::optional<std::string> read_dotenv(const std::string& path, dotenv& out) {
  std::error_code failed;
  const auto type = std::filesystem::status(path, failed).type();
  if (type == std::filesystem::file_type::not_found)
    return std::nullopt;
  if (type == std::filesystem::file_type::directory)
    return path + ": is a directory";
  if (std::filesystem::file_size(path, failed) > longest_file && !failed)
    return path + ": is longer than 1 MiB";
  std::ifstream file{path, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (!file)
    return path + ": cannot be read";
  const auto wrong = parse_dotenv(text, out);
  return wrong ? path + ": " + *wrong : wrong;
}

} // namespace bankslip::cli
