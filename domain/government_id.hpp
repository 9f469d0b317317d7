#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/validation.hpp"
#include "domain/validation_policy.hpp"

namespace bankslip::domain {

/// Says what a governmentId is by its length, characters and check digits.
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
/// skipped, wherever they stand), letters in upper or lower case. Numbers of
/// equal digits are unknown, though their check digits are right.
/// Sources: CPF as in theuves/cpf; CNPJ by IN RFB 2.229
/// (2024-10-15) and Nota Técnica 49/2024 COCAD/SUARA/RFB: a character counts
/// its ASCII code minus 48, as in caelum-stella and validations-br.
government_id_kind classify_government_id(std::string_view text) noexcept;

/// `text` as it is printed: "716.999.366-09" for a CPF, "12.ABC.345/01DE-35" for
/// a CNPJ, unchanged where it is neither.
std::string format_government_id(std::string_view text);

/// Why `text`, which is neither, should be a CPF or CNPJ: one line for people that
/// does not repeat it. A number that becomes one with zeros before it, as after a
/// spreadsheet, is named so.
std::string government_id_problem(std::string_view text);

/// Finds what is wrong with `text` where it should be a CPF or CNPJ: code
/// "government_id_digits". Nothing when it is one.
std::optional<field_error> government_id_fault(std::string_view text);

} // namespace bankslip::domain
