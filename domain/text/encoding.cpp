#include "domain/text/encoding.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include <iconv.h>

#include "domain/text/ascii.hpp"

namespace bankslip::domain {

namespace {

/// As glibc's iconv knows them, which are also the names for people.
constexpr std::array<std::string_view, 5> names = {"utf-8", "utf-16le", "utf-16be", "windows-1252",
                                                   "iso-8859-1"};

struct byte_order_mark {
  std::string_view bytes;
  text_encoding means;
};

constexpr std::array<byte_order_mark, 3> marks = {{{"\xEF\xBB\xBF", text_encoding::utf_8},
                                                   {"\xFF\xFE", text_encoding::utf_16le},
                                                   {"\xFE\xFF", text_encoding::utf_16be}}};

bool is_utf_16(text_encoding e) noexcept {
  return e == text_encoding::utf_16le || e == text_encoding::utf_16be;
}

} // namespace

std::string_view to_string(text_encoding e) noexcept { return names[static_cast<std::size_t>(e)]; }

std::optional<text_encoding> parse_text_encoding(std::string_view name) noexcept {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (same_text(name, names[i]))
      return static_cast<text_encoding>(i);
  if (same_text(name, "cp1252"))
    return text_encoding::windows_1252;
  if (same_text(name, "latin1"))
    return text_encoding::iso_8859_1;
  return std::nullopt;
}

/// Owns a descriptor of iconv.
class utf8_reader::converter {
public:
  explicit converter(text_encoding from)
      : cd_{iconv_open("UTF-8", to_string(from).data())}, unit_{is_utf_16(from) ? 2u : 1u} {
    if (cd_ == reinterpret_cast<iconv_t>(-1))
      throw std::runtime_error{"iconv does not know " + std::string{to_string(from)}};
  }
  ~converter() { iconv_close(cd_); }
  converter(const converter&) = delete;
  converter& operator=(const converter&) = delete;

  /// Appends `bytes` to `out` as UTF-8; returns what is left at their end, half a
  /// character.
  std::string_view append(std::string& out, std::string_view bytes) {
    auto* in = const_cast<char*>(bytes.data());
    auto left = bytes.size();
    while (left > 0) {
      const auto size = out.size();
      // No unit of two bytes, or of one, takes more than three.
      out.resize(size + 3 * left);
      auto* to = out.data() + size;
      auto room = 3 * left;
      const auto failed = iconv(cd_, &in, &left, &to, &room) == static_cast<std::size_t>(-1);
      const auto why = errno;
      out.resize(out.size() - room);
      if (failed && why == EINVAL)
        break;
      if (failed) {
        out.push_back('\xFF');
        in += unit_;
        left -= unit_;
      }
    }
    return {in, left};
  }

private:
  iconv_t cd_;
  std::size_t unit_;
};

utf8_reader::utf8_reader(text_encoding told) : encoding_{told} {}
utf8_reader::~utf8_reader() = default;
utf8_reader::utf8_reader(utf8_reader&&) noexcept = default;
utf8_reader& utf8_reader::operator=(utf8_reader&&) noexcept = default;

std::string_view utf8_reader::push(std::string_view bytes) {
  if (decided_)
    return convert(bytes);
  if (start_.empty() && bytes.size() >= marks[0].bytes.size())
    return decide(bytes);
  start_.append(bytes);
  return start_.size() < marks[0].bytes.size() ? std::string_view{} : decide(start_);
}

std::string_view utf8_reader::finish() {
  const auto text = decided_ ? std::string_view{} : decide(start_);
  if (std::exchange(rest_, {}).empty())
    return text;
  return out_ = std::string{text} + '\xFF';
}

std::string_view utf8_reader::decide(std::string_view bytes) {
  decided_ = true;
  for (const auto& mark : marks) {
    if (!bytes.starts_with(mark.bytes))
      continue;
    encoding_ = mark.means;
    bytes.remove_prefix(mark.bytes.size());
    break;
  }
  if (encoding_ != text_encoding::utf_8)
    converter_ = std::make_unique<converter>(encoding_);
  return convert(bytes);
}

std::string_view utf8_reader::convert(std::string_view bytes) {
  if (!converter_)
    return bytes;
  out_.clear();
  if (rest_.empty()) {
    rest_ = converter_->append(out_, bytes);
    return out_;
  }
  // Half a character has fewer than four bytes: few more decide it.
  while (!rest_.empty() && !bytes.empty()) {
    rest_.push_back(bytes.front());
    bytes.remove_prefix(1);
    rest_ = std::string{converter_->append(out_, rest_)};
  }
  if (!bytes.empty())
    rest_ = converter_->append(out_, bytes);
  return out_;
}

} // namespace bankslip::domain
