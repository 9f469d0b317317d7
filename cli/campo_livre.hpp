#pragma once

#include <string>
#include <string_view>

#include <caf/expected.hpp>

/// Campo livre: 25 digits of the bar code whose meaning each bank defines.
/// Numbers that are shorter than their place are filled with zeros on the left.
namespace bankslip::cli {

/// Banco do Brasil (001), convênio of seven digits: "000000", convênio (7),
/// sequence (10), carteira (2).
/// Source: openboleto and MoisesMsa/boleto, whose published slips agree.
struct banco_do_brasil_layout {
  std::string_view convenio;
  std::string_view sequence;
  std::string_view carteira;
};
caf::expected<std::string> free_field_of(const banco_do_brasil_layout& layout);

/// Itaú (341): carteira (3), nosso número (8), its digit, agência (4), conta
/// (5), its digit, "000". The first digit is mod 10 of agência, conta, carteira
/// and nosso número, the second of agência and conta.
/// Source: IDNTEQ/pdfweave and brcobranca, whose published slips agree.
struct itau_layout {
  std::string_view carteira;
  std::string_view nosso_numero;
  std::string_view agencia;
  /// Without its check digit.
  std::string_view conta;
};
caf::expected<std::string> free_field_of(const itau_layout& layout);

} // namespace bankslip::cli
