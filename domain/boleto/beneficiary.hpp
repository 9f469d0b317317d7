#pragma once

#include <string>

namespace bankslip::domain {

/// Who is paid: printed on slips and written into Pix codes. The defaults are a
/// sample that belongs to no one.
struct beneficiary {
  /// UTF-8.
  std::string name = "Empresa Exemplo Ltda.";
  /// As printed. The default is the example of Nota Técnica 49/2024.
  std::string government_id = "12.ABC.345/01DE-35";
  std::string address = "Av. Exemplo, 1000 – Centro – 01000-000 – São Paulo/SP";
  /// Agência and beneficiary's code at the bank, as printed.
  std::string agency_code = "0001 / 0012345-6";
  /// For the Pix code.
  std::string city = "São Paulo";
  /// Pix key, at most 77 ASCII characters. The default is the example key of
  /// the central bank's manual.
  std::string pix_key = "123e4567-e12b-12d1-a456-426655440000";
};

} // namespace bankslip::domain
