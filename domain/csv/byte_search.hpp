#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace bankslip::domain {

/// Looks for the next `byte` in `text`, eight bytes a step. Faster than memchr
/// where the next one is near, as between the fields of a row.
inline std::size_t find_near(std::string_view text, std::size_t begin, char byte) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t highs = 0x8080808080808080;
  auto i = begin;
  if constexpr (std::endian::native == std::endian::little) {
    const auto pattern = ones * static_cast<unsigned char>(byte);
    for (; i + 8 <= text.size(); i += 8) {
      std::uint64_t word;
      std::memcpy(&word, text.data() + i, 8);
      word ^= pattern;
      // The lowest bit set marks the first zero byte; higher ones may be wrong.
      if (auto zeros = (word - ones) & ~word & highs; zeros != 0)
        return i + static_cast<std::size_t>(std::countr_zero(zeros)) / 8;
    }
  }
  while (i < text.size() && text[i] != byte)
    ++i;
  return i;
}

/// The next occurrence of one byte in a block that is walked forwards; each
/// stretch is searched once, however often it is asked.
class forward_search {
public:
  forward_search(std::string_view text, char byte) noexcept : text_{text}, byte_{byte} {}

  /// Position at or after `begin`; the text's size when there is none. `begin`
  /// must not fall.
  std::size_t from(std::size_t begin) noexcept {
    if (searched_ && found_ >= begin)
      return found_;
    searched_ = true;
    auto at = text_.find(byte_, begin);
    found_ = at == std::string_view::npos ? text_.size() : at;
    return found_;
  }

private:
  std::string_view text_;
  char byte_;
  bool searched_ = false;
  std::size_t found_ = 0;
};

} // namespace bankslip::domain
