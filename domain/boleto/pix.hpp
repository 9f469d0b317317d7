#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <caf/expected.hpp>

#include "domain/boleto/beneficiary.hpp"
#include "domain/debt.hpp"

/// Pix BR Code: the text behind a Pix QR code ("copia e cola").
/// Sources: EMV QRCPS Merchant-Presented Mode; Banco Central do Brasil, Manual
/// de Padrões para Iniciação do Pix, as implemented by
/// stone-payments/ex-pix-brcode and thalesog/pix-utils.
namespace bankslip::domain {

/// CRC-16/CCITT-FALSE: polynomial 1021, start FFFF, not reflected.
std::uint16_t crc16(std::string_view bytes) noexcept;

/// A static code to write.
struct static_pix {
  /// At most 77 printable ASCII characters.
  std::string key;
  /// Written in upper-case ASCII, cut to 25 and 15 characters.
  std::string name;
  std::string city;
  /// Nothing: the payer fills it in.
  std::optional<money> amount;
  /// 1 to 25 of [A-Za-z0-9]; empty is written as "***".
  std::string txid;
};

/// `invalid_input` names the field that does not fit.
caf::expected<std::string> encode_pix(const static_pix& p);

/// txid of a debt: the debt_id itself where it is 1 to 25 of [A-Za-z0-9], else
/// 25 digits of base 36 that hold the first 128 bits of SHA-256(debt_id).
std::string txid_of(std::string_view debt_id);

/// The static code of a built-in slip; empty where `to` has no Pix key.
/// `invalid_input` for a beneficiary that does not fit.
caf::expected<std::string> builtin_pix(const debt& d, const beneficiary& to = {});

/// A code as it was read. The rest holds only without errors.
struct pix_reading {
  /// Points to a charge at the provider (`url`); else it has a `key`.
  bool dynamic = false;
  /// Point of initiation 12: to be paid once.
  bool single_use = false;
  std::string key;
  std::string url;
  /// Address at which the recurrence of a composite code (Pix Automático) is asked for.
  /// Such a code may have neither `key` nor `url`.
  std::string recurrence_url;
  /// Text for the payer.
  std::string description;
  std::string category;
  /// Exact; beyond `max_amount` where the code says so.
  std::optional<money> amount;
  std::string name;
  std::string city;
  std::string postal_code;
  /// Empty where the code has none or "***".
  std::string txid;
  /// Everything that is wrong with it, for people.
  std::vector<std::string> errors;
  /// Faults that the manual forbids and banks take all the same.
  std::vector<std::string> warnings;

  bool valid() const noexcept { return errors.empty(); }
};

/// Reads static, dynamic and composite codes, checks their CRC (its letters in
/// either case) and every field that it knows; unknown tags are skipped. Lengths
/// count characters, the CRC counts bytes of UTF-8.
pix_reading read_pix(std::string_view code);

/// Whether `text` begins as every BR Code does.
bool looks_like_pix(std::string_view text) noexcept;

} // namespace bankslip::domain
