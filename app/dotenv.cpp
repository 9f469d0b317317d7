#include "app/dotenv.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace bankslip::app {

namespace {

constexpr std::string_view blank = " \t\r";
constexpr std::size_t max_file_bytes = 1 << 20;

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(blank);
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

bool is_name(std::string_view text) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
  constexpr std::string_view more =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
  return !text.empty() && letters.find(text.front()) != std::string_view::npos
         && text.find_first_not_of(more) == std::string_view::npos;
}

char unescaped(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    default:
      return c;
  }
}

/// Reads a quoted value; answers what is wrong.
const char* take_quoted(std::string_view text, std::string& out) {
  const char quote = text.front();
  std::size_t at = 1;
  for (; at < text.size() && text[at] != quote; ++at) {
    const bool escape = quote == '"' && text[at] == '\\' && at + 1 < text.size();
    out += escape ? unescaped(text[++at]) : text[at];
  }
  if (at >= text.size())
    return "a quote is not closed";
  const auto rest = trim(text.substr(at + 1));
  return rest.empty() || rest.front() == '#' ? nullptr : "text after the closing quote";
}

const char* take_value(std::string_view text, std::string& out) {
  text = trim(text);
  if (!text.empty() && (text.front() == '"' || text.front() == '\''))
    return take_quoted(text, out);
  if (!text.empty() && text.front() == '#')
    return nullptr;
  for (const auto* comment : {" #", "\t#"})
    text = text.substr(0, text.find(comment));
  out = trim(text);
  return nullptr;
}

const char* take_line(std::string_view line, dotenv& out) {
  constexpr std::string_view prefix = "export";
  line = trim(line);
  if (line.empty() || line.front() == '#')
    return nullptr;
  if (line.find('\0') != std::string_view::npos)
    return "holds a NUL byte";
  if (line.size() > prefix.size() && line.substr(0, prefix.size()) == prefix
      && blank.find(line[prefix.size()]) != std::string_view::npos)
    line = trim(line.substr(prefix.size()));
  const auto equals = line.find('=');
  if (equals == std::string_view::npos)
    return "no = after the name";
  const auto name = trim(line.substr(0, equals));
  if (!is_name(name))
    return "a name has letters, digits and _ only and does not begin with a digit";
  std::string value;
  if (const auto* wrong = take_value(line.substr(equals + 1), value))
    return wrong;
  out.insert_or_assign(std::string{name}, std::move(value));
  return nullptr;
}

} // namespace

std::optional<std::string> parse_dotenv(std::string_view text, dotenv& out) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF")
    text.remove_prefix(3);
  for (int number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    if (const auto* wrong = take_line(text.substr(0, end), out))
      return "line " + std::to_string(number) + ": " + wrong;
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return std::nullopt;
}

std::optional<std::string> read_dotenv(const std::string& path, dotenv& out) {
  std::error_code failed;
  const auto status = std::filesystem::status(path, failed);
  if (status.type() == std::filesystem::file_type::not_found)
    return std::nullopt;
  if (status.type() == std::filesystem::file_type::directory)
    return path + ": is a directory";
  std::ifstream file{path, std::ios::binary};
  if (!file)
    return path + ": cannot be read: " + std::strerror(errno);
  std::string text(max_file_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad())
    return path + ": cannot be read";
  if (text.size() > max_file_bytes)
    return path + ": is longer than 1 MiB";
  auto wrong = parse_dotenv(text, out);
  return wrong ? path + ": " + *wrong : wrong;
}

} // namespace bankslip::app
