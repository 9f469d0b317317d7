#pragma once

#include <string>
#include <string_view>

#include "domain/debt.hpp"

/// Slips of the built-in mock bank: pure functions of the debt. Such a slip
/// passes every check of its digits, but no bank knows it and it cannot be
/// paid; its PDF says so.
namespace bankslip::domain {

/// Code of the fictitious bank. No list of COMPE codes that we know assigns
/// 999, and tests of other projects use it for a bank that does not exist; that
/// it stays unassigned is promised by no one, hence the watermark on the page.
/// A code that begins with 8 would make the slip an arrecadação document.
constexpr std::string_view builtin_bank = "999";

/// Carteira: the first three digits of the campo livre.
constexpr std::string_view builtin_wallet = "101";

struct builtin_slip {
  /// 47 digits.
  std::string linha_digitavel;
  /// 44 digits.
  std::string barcode;
  /// 22 digits: the rest of the campo livre.
  std::string nosso_numero;
};

/// The slip of `d`, which must be inside the limits of `validate`. The nosso
/// número is taken from the first 128 bits of SHA-256(debt_id), each half
/// modulo 10^11. Ten million debts share one with a chance of
/// (10^7)^2 / (2 * 10^22) = 5e-9.
builtin_slip make_builtin_slip(const debt& d);

/// Appends only the line of `make_builtin_slip`. For the hot path: one
/// SHA-256, no allocation but `out`'s.
void append_builtin_line(std::string& out, const debt& d);

} // namespace bankslip::domain
