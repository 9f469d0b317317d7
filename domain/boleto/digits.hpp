#pragma once

#include <string_view>

/// Check digits of the Brazilian bank slip.
namespace bankslip::domain {

/// Whether `text` is not empty and consists of the digits 0 to 9.
bool all_digits(std::string_view text) noexcept;

/// Check digit of a field of the linha digitável. From the right, weights
/// 2, 1, 2, 1 …; the digits of the products are summed; 10 - sum mod 10, 0 for
/// 10. Catches every change of one digit. `digits` must be digits.
/// Source: FEBRABAN, Convenção da Cobrança (2021-02-05), annexes III to V, as
/// implemented by kivanio/brcobranca, lib/brcobranca/calculo.rb.
char mod10_digit(std::string_view digits) noexcept;

/// General check digit of the bar code over its 43 other digits. From the
/// right, weights 2 to 9 repeating; 11 - sum mod 11; 0, 10 and 11 become 1, so
/// it is never 0. `digits` must be digits.
/// Source: the same, and BoletoNet/BoletoNetCore, CodigoBarra.cs.
char mod11_digit(std::string_view digits) noexcept;

/// Digit shown behind a bank's code ("341-7"): mod 11 as above, where 11 gives
/// 0 and 10 gives X; only Caixa (104) prints 0 instead of X.
char bank_code_digit(std::string_view bank) noexcept;

} // namespace bankslip::domain
