#pragma once

#include <cstdint>
#include <string_view>

namespace bankslip::domain {

/// What a governmentId is by its length, characters and check digits.
enum class government_id_kind : std::uint8_t {
  /// Anything else; also a CPF or CNPJ with wrong check digits.
  unknown,
  /// A person's number, 11 digits.
  cpf,
  /// A company's number, 14 digits.
  cnpj,
  /// A company's number with at least one letter in its first 12 places.
  cnpj_alphanumeric,
};

std::string_view to_string(government_id_kind k) noexcept;

/// Recognises `text` with or without its mask (dots, dashes and slashes are
/// skipped, wherever they stand). Letters must be upper case. Numbers of equal
/// digits are unknown, though their check digits are right.
/// Sources: CPF as in theuves/cpf, docs/domain-rules.md; CNPJ by IN RFB 2.229
/// (2024-10-15) and Nota Técnica 49/2024 COCAD/SUARA/RFB: a character counts
/// its ASCII code minus 48, as in caelum-stella and validations-br.
government_id_kind classify_government_id(std::string_view text) noexcept;

} // namespace bankslip::domain
