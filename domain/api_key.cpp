#include "domain/api_key.hpp"

#include <algorithm>
#include <array>

#include "domain/text/ascii.hpp"
#include "domain/text/hex.hpp"
#include "domain/text/parse.hpp"

namespace bankslip::domain {

namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::string_view key_prefix = "bsk_";
constexpr std::size_t key_bytes = 32;
constexpr std::size_t longest_name = 64;
constexpr std::uint32_t most_requests = 1'000'000;
constexpr std::int64_t most_rows = 1'000'000'000'000;

constexpr std::array all_scopes = {scope::ingest, scope::read, scope::ops};

/// Takes the next word off the front of `line`; empty at its end.
std::string_view take_word(std::string_view& line) {
  line = trimmed(line, blanks);
  const auto word = line.substr(0, line.find_first_of(blanks));
  line.remove_prefix(word.size());
  return word;
}

std::optional<sha256_digest> parse_digest(std::string_view hex) {
  const auto bytes = from_hex(hex);
  sha256_digest out;
  if (!bytes || bytes->size() != out.size())
    return std::nullopt;
  std::ranges::copy(*bytes, out.begin());
  return out;
}

/// Reads `text` into `value` if it is a whole number from 1 to `most`.
template <class Number>
bool read_limit(std::string_view text, Number most, Number& value) {
  value = parse_whole<Number>(text).value_or(0);
  return value >= 1 && value <= most;
}

/// What is wrong with the words behind the scopes; empty: nothing.
std::string read_limits(std::string_view line, api_key& key) {
  for (auto word = take_word(line); !word.empty(); word = take_word(line)) {
    if (word.starts_with("rate=")) {
      if (!read_limit(word.substr(5), most_requests, key.requests_a_second))
        return "rate= must be requests a second, 1 to " + std::to_string(most_requests);
    } else if (word.starts_with("rows=")) {
      if (!read_limit(word.substr(5), most_rows, key.rows_a_day))
        return "rows= must be rows a day, 1 to " + std::to_string(most_rows);
    } else {
      return "behind the scopes only rate=N and rows=N are allowed";
    }
  }
  return {};
}

/// What is wrong with the line; empty: nothing.
std::string read_line(std::string_view line, api_key& key) {
  key.name = take_word(line);
  if (!is_api_key_name(key.name))
    return "the name must be " + std::string{api_key_name_rule};
  const auto hex = take_word(line);
  if (hex.starts_with(key_prefix))
    return "behind the name the key's SHA-256 belongs, not the key itself";
  const auto digest = parse_digest(hex);
  if (!digest)
    return "behind the name must stand the key's SHA-256, 64 hexadecimal digits";
  if (*digest == sha256(""))
    return "this is the SHA-256 of an empty text, not of a key";
  key.digest = *digest;
  const auto scopes = parse_scopes(take_word(line));
  if (!scopes)
    return "the scopes must be " + std::string{scope_names};
  key.scopes = *scopes;
  return read_limits(line, key);
}

/// Which earlier key stands in the way of `key`.
std::string clash_of(const std::vector<api_key>& keys, const api_key& key) {
  for (const auto& other : keys) {
    if (other.name == key.name)
      return "the name " + key.name + " is taken already";
    if (other.digest == key.digest)
      return "this is the key of " + other.name + " again";
  }
  return {};
}

} // namespace

std::string_view to_string(scope s) {
  constexpr std::array<std::string_view, 4> names = {"open", "ingest", "read", "ops"};
  static_assert(names.size() == static_cast<std::size_t>(scope::ops) + 1);
  return names[static_cast<std::size_t>(s)];
}

std::string scope_set::names() const {
  std::string out;
  for (auto s : all_scopes)
    if (contains(s))
      out.append(out.empty() ? "" : ",").append(to_string(s));
  return out;
}

std::optional<scope_set> parse_scopes(std::string_view names) {
  scope_set out;
  for (std::size_t begin = 0; begin <= names.size();) {
    const auto end = std::min(names.find(',', begin), names.size());
    const auto name = names.substr(begin, end - begin);
    const auto* known = std::find_if(all_scopes.begin(), all_scopes.end(),
                                     [&](scope s) { return to_string(s) == name; });
    if (known == all_scopes.end())
      return std::nullopt;
    out.add(*known);
    begin = end + 1;
  }
  return out;
}

bool is_api_key_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= longest_name && std::ranges::all_of(name, [](char c) {
    return is_alnum(c) || c == '.' || c == '_' || c == '-';
  });
}

std::string parse_api_keys(std::string_view text, std::vector<api_key>& keys) {
  keys.clear();
  for (int number = 1; !text.empty(); ++number) {
    const auto line = trimmed(take_until('\n', text), blanks);
    if (line.empty() || line.starts_with('#'))
      continue;
    api_key key;
    auto problem = read_line(line, key);
    if (problem.empty())
      problem = clash_of(keys, key);
    if (!problem.empty())
      return "line " + std::to_string(number) + ": " + problem;
    keys.push_back(std::move(key));
  }
  return keys.empty() ? "there is no key in it; `bankslip key new` makes one" : "";
}

std::string format_api_key(const api_key& key) {
  std::string out = key.name + ' ' + to_hex(key.digest) + ' ' + key.scopes.names();
  if (key.requests_a_second > 0)
    out += " rate=" + std::to_string(key.requests_a_second);
  if (key.rows_a_day > 0)
    out += " rows=" + std::to_string(key.rows_a_day);
  return out;
}

std::string new_api_key() { return std::string{key_prefix} + random_token(key_bytes); }

} // namespace bankslip::domain
