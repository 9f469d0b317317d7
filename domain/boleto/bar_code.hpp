#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <caf/expected.hpp>

#include "domain/money.hpp"

/// Bar code and linha digitável of the Brazilian bank slip, both ways.
/// Sources: FEBRABAN, Convenção da Cobrança (2021-02-05), annexes III to V, as
/// implemented by kivanio/brcobranca (base.rb, formatacao.rb) and
/// BoletoNet/BoletoNetCore (CodigoBarra.cs).
namespace bankslip::domain {

constexpr std::size_t barcode_size = 44;
constexpr std::size_t line_size = 47;
constexpr std::size_t free_field_size = 25;

/// Holds what a bar code says.
struct boleto_fields {
  /// COMPE code, three digits.
  std::string bank;
  /// Due-date factor, 0 (none) to 9999; see boleto_factor.hpp.
  int factor = 0;
  /// 0: the payer fills it in.
  money amount;
  /// Campo livre, 25 digits whose meaning each bank defines.
  std::string free_field;

  friend bool operator==(const boleto_fields&, const boleto_fields&) = default;
};

/// A bar code or line as it was read. The rest holds only without errors.
struct boleto_reading {
  /// 44 digits.
  std::string barcode;
  /// 47 digits.
  std::string linha_digitavel;
  boleto_fields fields;
  /// Everything that is wrong with it, for people.
  std::vector<std::string> errors;

  bool valid() const noexcept { return errors.empty(); }
};

/// Makes the bar code's 44 digits. `invalid_input` names the field that does
/// not fit: an amount above `max_amount` is refused, never put into the
/// factor's place.
caf::expected<std::string> encode_barcode(const boleto_fields& fields);

/// Reads 44 digits and checks all of them.
boleto_reading read_barcode(std::string_view digits);

/// Reads a line's 47 digits (see `strip_line`) and checks all of them.
boleto_reading read_line(std::string_view digits);

/// Line of a valid bar code, and back; `invalid_input` says what is wrong.
caf::expected<std::string> line_of_barcode(std::string_view barcode);
caf::expected<std::string> barcode_of_line(std::string_view line);

/// `line` without dots, hyphens, white space and no-break spaces.
std::string strip_line(std::string_view line);

/// A line's 47 digits as printed: "AAABC.CCCCX DDDDD.DDDDDY EEEEE.EEEEEZ K
/// UUUUVVVVVVVVVV". Other text is answered unchanged.
std::string format_line(std::string_view digits);

/// Writes a bar code without checking: `bank` of 3 digits, `factor` 0 to 9999,
/// `amount` up to `max_amount`, `free_field` of 25 digits.
void write_barcode(std::span<char, barcode_size> out, std::string_view bank, int factor,
                   money amount, std::string_view free_field) noexcept;

/// Writes the line of a bar code without checking it.
void write_line(std::span<char, line_size> out,
                std::span<const char, barcode_size> barcode) noexcept;

} // namespace bankslip::domain
