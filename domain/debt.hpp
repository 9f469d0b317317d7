#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/money.hpp"
#include "domain/time.hpp"

namespace bankslip::domain {

/// One debt, checked: every field is inside the limits of `validate`.
struct debt {
  /// Key for ever; 1 to 128 printable ASCII characters without '/'.
  std::string debt_id;
  /// Who owes; UTF-8, 1 to 255 characters.
  std::string name;
  /// CPF, CNPJ or any other text of 1 to 20 characters, leading zeros kept.
  std::string government_id;
  /// Receives the slip.
  std::string email;
  money amount;
  date due_date;

  friend bool operator==(const debt&, const debt&) = default;
};

/// How far a debt has come.
enum class debt_status : std::uint8_t {
  /// Stored, without a slip.
  imported,
  /// Has its slip; the e-mail is still to go out.
  generated,
  /// The e-mail went out. Final.
  emailed,
  /// Given up, with a reason; `retry` revives it.
  failed,
  /// The e-mail may or may not have gone out; a person decides.
  in_doubt,
};

std::string_view to_string(debt_status s) noexcept;

/// Whether nothing moves a debt in this state by itself.
constexpr bool is_final(debt_status s) noexcept {
  return s == debt_status::emailed || s == debt_status::failed || s == debt_status::in_doubt;
}

/// Says where a debt came from: a row of an uploaded file, or nothing known.
struct origin {
  /// 0 means: not from an upload.
  std::int64_t upload_id = 0;
  /// Data row, counted from 0 across the file; -1 when unknown.
  std::int64_t row = -1;

  explicit operator bool() const noexcept { return upload_id != 0; }
  friend bool operator==(const origin&, const origin&) = default;
};

/// A debt as it stands in the database.
struct stored_debt {
  debt content;
  debt_status status = debt_status::imported;
  /// 47 digits; empty while there is no slip.
  std::string linha_digitavel;
  /// JSON object of a boleto service's further data; empty for built-in slips.
  std::string slip_details;
  /// Why it failed, is in doubt, or was put off the last time; else empty.
  std::string failure;
  /// Counts from 1; a retry or a resend begins the next one.
  int attempt = 1;
  /// How often the e-mail of this attempt was put off.
  int put_offs = 0;
  origin from;
  /// `generated`, and its e-mail does not go out: those of its upload were stopped.
  bool held = false;
  /// First e-mail call of this attempt whose outcome is not known.
  std::optional<utc_time> mail_tried_at;
  utc_time created_at{};
  std::optional<utc_time> updated_on;
};

} // namespace bankslip::domain
