#include "slips/impl/slip_page.hpp"

namespace bankslip::slips {

namespace {

constexpr float top = 12;
constexpr float row = 8.5F;
constexpr float grid_top = top + 9;
constexpr float below_grid = grid_top + 5 * row;
constexpr float pix_side = 46;
constexpr float cut = 176;

void draw_grid(pdf_canvas& page, const slip_page& s) {
  using enum text_align;
  draw_row(page, grid_top, row,
           {{100, "Beneficiário", s.beneficiary},
            {45, "CPF/CNPJ do beneficiário", s.beneficiary_id},
            {45, "Agência/Código do beneficiário", s.agency_code, right}});
  draw_row(page, grid_top + row, row,
           {{145, "Endereço do beneficiário", s.beneficiary_address},
            {45, "Vencimento", s.due_date, right, true}});
  draw_row(page, grid_top + 2 * row, row,
           {{100, "Pagador", s.payer},
            {45, "CPF/CNPJ do pagador", s.payer_id},
            {45, "(=) Valor do documento", s.amount, right, true}});
  draw_row(page, grid_top + 3 * row, row,
           {{70, "Nº do documento", s.document},
            {30, "Data do documento", s.document_date},
            {15, "Espécie", "R$"},
            {75, "Nosso número", s.nosso_numero, right}});
  draw_row(page, grid_top + 4 * row, row, {{slip_width, "Linha digitável", s.line, left, true}});
}

void draw_pix(pdf_canvas& page, const slip_page& s) {
  auto y = below_grid + 5;
  auto qr = make_qr(s.pix);
  if (qr.side == 0)
    return;
  page.text(slip_left, y + 2, 80, "Pague com Pix", {11, true});
  area where{slip_left, y + 4, pix_side, pix_side};
  page.picture(where, qr);
  auto x = slip_left + pix_side + 5;
  auto width = slip_width - pix_side - 5;
  page.text(x, y + 8, width,
            "Abra o aplicativo do seu banco, escolha Pix e leia o QR Code ao lado.", {8.5F});
  page.text(x, y + 15, width, "Pix copia e cola:", {8.5F, true});
  page.wrapped(x, y + 19.5F, width, s.pix, {7.5F}, 3.6F, 8);
}

void draw_statement(pdf_canvas& page, const slip_page& s) {
  constexpr float y = cut - 42;
  constexpr int most = 5;
  auto right = slip_left + slip_width;
  page.on(pdf_layer::form);
  page.line(slip_left, y, right, y);
  page.text(slip_left + 1, y + 2.8F, slip_width - 2, "Demonstrativo", {5.5F});
  auto line = y + 12.5F;
  int printed = 0;
  for (auto& text : s.instructions) {
    if (++printed > most)
      break;
    page.text(slip_left + 1, line, slip_width - 2, text, {8.5F});
    line += 4.5F;
  }
  page.line(slip_left, cut - 8, right, cut - 8);
  page.on(pdf_layer::values);
  page.text(slip_left + 1, y + 8, slip_width - 2,
            "Documento " + s.document + ", " + s.amount + ", vencimento em " + s.due_date + ".",
            {8.5F});
}

void draw_foot(pdf_canvas& page, const slip_page& s) {
  auto right = slip_left + slip_width;
  page.on(pdf_layer::form);
  if (!s.watermark.empty())
    page.text(slip_left, cut - 4, 120, s.watermark + ": não vale como cobrança nem como recibo.",
              {8.5F, true});
  page.text(right - 60, cut - 4, 60, "Autenticação mecânica", {6.5F, false, text_align::right});
  page.cut_line(slip_left, right, cut);
}

} // namespace

void draw_receipt(pdf_canvas& page, const slip_page& s) {
  page.on(pdf_layer::form);
  if (!s.watermark.empty())
    page.watermark({slip_left, grid_top, slip_width, below_grid - grid_top}, s.watermark, 38, 12);
  draw_head(page, s, top, "Recibo do pagador");
  draw_grid(page, s);
  draw_pix(page, s);
  draw_statement(page, s);
  draw_foot(page, s);
}

} // namespace bankslip::slips
