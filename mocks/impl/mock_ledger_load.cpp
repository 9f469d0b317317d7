#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include <unistd.h>

#include "domain/error.hpp"
#include "mocks/impl/mock_ledger.hpp"

namespace bankslip::mocks {

bool mock_ledger::apply_line(std::string_view line) {
  std::array<std::string_view, 5> words;
  for (auto& word : words) {
    auto end = line.find(' ');
    if (end == std::string_view::npos)
      return false;
    word = line.substr(0, end);
    line.remove_prefix(end + 1);
  }
  auto& [at, effective, content, outcome, key] = words;
  call c{key, line, outcome, 0, effective == "1", 0};
  auto read = [](std::string_view text, auto& number, int base) {
    auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    return ec == std::errc{} && end == text.data() + text.size();
  };
  if (!read(at, c.at, 10) || !read(content, c.content, 16) || key.size() > 256 || line.size() > 256)
    return false;
  apply(c);
  return true;
}

caf::error mock_ledger::load(const std::string& path) {
  auto bad = [&](const std::string& why) {
    return domain::make_error(domain::errc::invalid_input, "ledger " + path + ": " + why);
  };
  std::array<char, 256 * 1024> bytes;
  std::string rest;
  std::int64_t whole = 0;
  std::int64_t line = 0;
  for (;;) {
    auto n =
        ::pread(fd_, bytes.data(), bytes.size(), whole + static_cast<std::int64_t>(rest.size()));
    if (n < 0)
      return bad(std::strerror(errno));
    if (n == 0)
      break;
    rest.append(bytes.data(), static_cast<std::size_t>(n));
    std::size_t begin = 0;
    for (auto end = rest.find('\n'); end != std::string::npos; end = rest.find('\n', begin)) {
      ++line;
      if (!apply_line(std::string_view{rest}.substr(begin, end - begin)))
        return bad("line " + std::to_string(line) + " is no ledger line");
      begin = end + 1;
    }
    rest.erase(0, begin);
    whole += static_cast<std::int64_t>(begin);
    if (rest.size() > 4096)
      return bad("is no ledger");
  }
  // A line that was cut by a crash was never answered.
  if (!rest.empty() && ::ftruncate(fd_, whole) != 0)
    return bad(std::strerror(errno));
  return {};
}

} // namespace bankslip::mocks
