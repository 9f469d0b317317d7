#include "domain/boleto/builtin_slip.hpp"

#include <array>
#include <cstdint>

#include "domain/boleto/bar_code.hpp"
#include "domain/boleto/factor.hpp"
#include "domain/crypto.hpp"

namespace bankslip::domain {

namespace {

constexpr std::size_t half_digits = 11;
constexpr std::uint64_t half_range = 100'000'000'000;

struct built {
  std::array<char, barcode_size> barcode;
  std::array<char, line_size> line;
};

void write_half(char* out, const std::uint8_t* bytes) noexcept {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i)
    value = value << 8 | bytes[i];
  value %= half_range;
  for (auto i = half_digits; i-- > 0; value /= 10)
    out[i] = static_cast<char>('0' + value % 10);
}

void build(built& b, const debt& d) {
  std::array<char, free_field_size> field;
  builtin_wallet.copy(field.data(), builtin_wallet.size());
  auto digest = sha256(d.debt_id);
  auto* number = field.data() + builtin_wallet.size();
  write_half(number, digest.data());
  write_half(number + half_digits, digest.data() + 8);
  write_barcode(b.barcode, builtin_bank, due_factor(d.due_date).value_or(0), d.amount,
                {field.data(), field.size()});
  write_line(b.line, b.barcode);
}

} // namespace

builtin_slip make_builtin_slip(const debt& d) {
  built b;
  build(b, d);
  builtin_slip s;
  s.linha_digitavel.assign(b.line.data(), b.line.size());
  s.barcode.assign(b.barcode.data(), b.barcode.size());
  s.nosso_numero = s.barcode.substr(barcode_size - 2 * half_digits);
  return s;
}

void append_builtin_line(std::string& out, const debt& d) {
  built b;
  build(b, d);
  out.append(b.line.data(), b.line.size());
}

} // namespace bankslip::domain
