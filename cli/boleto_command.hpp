#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "domain/time.hpp"
#include "domain/validation_policy.hpp"

/// `bankslip boleto inspect` and `bankslip boleto encode`. Both print one JSON
/// object on a line and answer the exit status: 0 valid, 1 not. Today is the day
/// in Brasília.
namespace bankslip::cli {

/// Says what `code` is: a bar code of 44 digits, a linha digitável of 47 with or
/// without dots, hyphens and spaces, or a Pix code. Prints valid, kind (barcode,
/// linha_digitavel, arrecadacao, pix, unknown), errors, warnings and what the code
/// says; fields that are not known are null. `due_date` is the one of `due_dates`
/// that FEBRABAN's window chooses on `today`.
int boleto_inspect(std::string_view code, domain::date today, std::ostream& out);

/// The same on the present day.
int boleto_inspect(std::string_view code, std::ostream& out);

/// Campo livre whose parts are given instead of the whole.
struct free_field_parts {
  /// banco-do-brasil (convênio, sequence, carteira) or itau (carteira, nosso
  /// número, agência, conta without its digit); empty: the whole is given.
  std::string layout;
  std::string convenio;
  std::string sequence;
  std::string carteira;
  std::string nosso_numero;
  std::string agencia;
  std::string conta;
};

struct boleto_encode_options {
  /// Three digits; may be empty where a layout names the bank.
  std::string bank;
  /// YYYY-MM-DD, from 3000 days before to 5500 days after today and at most
  /// 2049-10-13, as banks read it; empty: no due date (factor 0000).
  std::string due;
  /// 0 to 9999999999.
  std::int64_t cents = 0;
  /// 25 digits; empty where a layout makes it.
  std::string free_field;
  free_field_parts parts;
  /// `off` takes every day that has a factor.
  domain::due_date_window due_dates = domain::due_date_window::reject;
};

/// Prints bar code and line, plain and as printed, or errors.
int boleto_encode(const boleto_encode_options& options, domain::date today, std::ostream& out);

/// The same on the present day.
int boleto_encode(const boleto_encode_options& options, std::ostream& out);

} // namespace bankslip::cli
