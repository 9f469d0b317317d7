#include "kafka/impl/plain_message.hpp"

#include <array>

#include "domain/debt_fields.hpp"
#include "domain/text/ascii.hpp"

namespace bankslip::kafka::impl {

namespace {

/// Bytes that end a text or make it one that must be unescaped.
constexpr std::array<bool, 256> special = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c)
    table[c] = true;
  table['"'] = true;
  table['\\'] = true;
  return table;
}();

class cutter {
public:
  explicit cutter(std::string_view json) noexcept : rest_{json} {}

  bool skip(char wanted) noexcept { return skip(std::string_view{&wanted, 1}); }

  bool skip(std::string_view literal) noexcept {
    if (!rest_.starts_with(literal))
      return false;
    rest_.remove_prefix(literal.size());
    return true;
  }

  /// Up to the next quotation mark.
  bool text(std::string_view& out) noexcept {
    std::size_t i = 0;
    while (i < rest_.size() && !special[static_cast<unsigned char>(rest_[i])])
      ++i;
    return i < rest_.size() && rest_[i] == '"' && cut(i, out);
  }

  /// A JSON number without sign and exponent.
  bool number(std::string_view& out) noexcept {
    auto whole = digits(0);
    if (whole == 0 || (rest_[0] == '0' && whole > 1))
      return false;
    if (whole == rest_.size() || rest_[whole] != '.')
      return cut(whole, out);
    auto fraction = digits(whole + 1);
    return fraction > 0 && cut(whole + 1 + fraction, out);
  }

  bool at_end() const noexcept { return rest_.empty(); }

private:
  std::size_t digits(std::size_t from) const noexcept {
    auto i = from;
    while (i < rest_.size() && domain::is_digit(rest_[i]))
      ++i;
    return i - from;
  }

  bool cut(std::size_t size, std::string_view& out) noexcept {
    out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }

  std::string_view rest_;
};

} // namespace

bool cut_plain_message(std::string_view json, domain::raw_debt& raw) noexcept {
  cutter c{json};
  raw.form = domain::amount_form::json_number;
  char before = '{';
  for (const auto& f : domain::debt_fields) {
    if (!c.skip(before) || !c.skip('"') || !c.skip(f.name) || !c.skip("\":"))
      return false;
    auto& value = raw.*f.given;
    if (!(is_amount(f) ? c.number(value) : c.skip('"') && c.text(value) && c.skip('"')))
      return false;
    before = ',';
  }
  return c.skip('}') && c.at_end();
}

} // namespace bankslip::kafka::impl
