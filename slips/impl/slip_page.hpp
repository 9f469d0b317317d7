#pragma once

#include <string>
#include <vector>

#include "slips/impl/pdf_canvas.hpp"

namespace bankslip::slips {

/// Every text of the page, ready to be printed. UTF-8.
struct slip_page {
  std::string bank_name;
  /// "341-7"
  std::string bank_code;
  /// As printed, with dots and spaces.
  std::string line;
  /// 44 digits.
  std::string barcode;
  std::string beneficiary;
  std::string beneficiary_id;
  std::string beneficiary_address;
  std::string agency_code;
  std::string payer;
  std::string payer_id;
  std::string due_date;
  std::string amount;
  std::string nosso_numero;
  std::string document;
  std::string document_date;
  std::string wallet;
  std::string payment_place;
  std::vector<std::string> instructions;
  /// Pix code; empty: none.
  std::string pix;
  /// Printed across the page and as a line of its own; empty: none.
  std::string watermark;
};

/// Draws the payer's receipt (upper part of the page).
void draw_receipt(pdf_canvas& page, const slip_page& s);

/// Draws the ficha de compensação: 190 x 105 mm, the bar code 5 mm from its left
/// edge, its middle 12 mm above the lower edge.
/// Source: IDNTEQ/pdfweave, docs/printing/boleto.md.
void draw_ficha(pdf_canvas& page, const slip_page& s);

/// Draws the head of both: bank, its code in bold, the line or another text.
void draw_head(pdf_canvas& page, const slip_page& s, float y, const std::string& right);

/// One field of the grid: its label in small letters above its value, a line to
/// its left and below.
struct slip_field {
  float width;
  const char* label;
  std::string value;
  text_align align = text_align::left;
  bool bold = false;
};

/// Draws a row of fields from the page's left margin on.
void draw_row(pdf_canvas& page, float y, float height, const std::vector<slip_field>& fields);

/// The slip's edges on the page, in mm.
constexpr float slip_left = 10;
constexpr float slip_width = 190;

} // namespace bankslip::slips
