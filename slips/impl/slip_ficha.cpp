#include "slips/impl/slip_page.hpp"

namespace bankslip::slips {

namespace {

constexpr float top = 182;
constexpr float row = 7.5F;
constexpr float small_row = 6.5F;
constexpr float side = 48;
constexpr float main_width = slip_width - side;
constexpr float grid_top = top + 9;
constexpr float block_top = grid_top + 4 * row;
constexpr float payer_top = block_top + 5 * small_row;
constexpr float payer_height = 13;
constexpr float codes_top = payer_top + payer_height;
constexpr float bottom = top + 105;
constexpr area barcode_area{slip_left + 5, bottom - 12 - 6.5F, 103, 13};

void draw_grid(pdf_canvas& page, const slip_page& s) {
  using enum text_align;
  draw_row(page, grid_top, row,
           {{main_width, "Local de pagamento", s.payment_place},
            {side, "Vencimento", s.due_date, right, true}});
  draw_row(page, grid_top + row, row,
           {{main_width - 42, "Beneficiário", s.beneficiary},
            {42, "CPF/CNPJ do beneficiário", s.beneficiary_id},
            {side, "Agência/Código do beneficiário", s.agency_code, right}});
  draw_row(page, grid_top + 2 * row, row,
           {{28, "Data do documento", s.document_date},
            {54, "Nº do documento", s.document},
            {18, "Espécie doc.", "DM"},
            {14, "Aceite", "N"},
            {28, "Data do processamento", s.document_date},
            {side, "Nosso número", s.nosso_numero, right}});
  draw_row(page, grid_top + 3 * row, row,
           {{28, "Uso do banco", ""},
            {24, "Carteira", s.wallet},
            {18, "Espécie", "R$"},
            {36, "Quantidade", ""},
            {36, "(x) Valor", ""},
            {side, "(=) Valor do documento", s.amount, right, true}});
}

void draw_side(pdf_canvas& page) {
  page.on(pdf_layer::form);
  constexpr const char* labels[] = {"(-) Desconto/Abatimento", "(-) Outras deduções",
                                    "(+) Mora/Multa", "(+) Outros acréscimos", "(=) Valor cobrado"};
  auto x = slip_left + main_width;
  auto y = block_top;
  for (auto* label : labels) {
    page.text(x + 1, y + 2.3F, side - 2, label, {5.5F});
    y += small_row;
    page.line(x, y, x + side, y);
  }
  page.line(x, block_top, x, y);
}

void draw_instructions(pdf_canvas& page, const slip_page& s) {
  constexpr int most = 6;
  page.on(pdf_layer::form);
  page.text(slip_left + 1, block_top + 2.3F, main_width - 2,
            "Instruções (texto de responsabilidade do beneficiário)", {5.5F});
  auto y = block_top + 7;
  if (!s.watermark.empty()) {
    page.text(slip_left + 1, y, main_width - 2,
              s.watermark + ": boleto de demonstração, sem registro em banco.", {8.5F, true});
    y += 4.2F;
  }
  int printed = 0;
  for (auto& text : s.instructions) {
    if (++printed > most)
      break;
    page.text(slip_left + 1, y, main_width - 2, text, {8.5F});
    y += 4.2F;
  }
  page.line(slip_left, payer_top, slip_left + slip_width, payer_top);
}

void draw_payer(pdf_canvas& page, const slip_page& s) {
  page.on(pdf_layer::form);
  page.text(slip_left + 1, payer_top + 2.3F, 60, "Pagador", {5.5F});
  page.text(slip_left + 1, payer_top + 11.6F, main_width - 2, "Sacador/Avalista", {5.5F});
  page.text(slip_left + main_width, payer_top + 11.6F, side - 1, "Cód. baixa", {5.5F});
  page.line(slip_left, codes_top, slip_left + slip_width, codes_top, 0.5F);
  page.on(pdf_layer::values);
  page.text(slip_left + 1, payer_top + 6.2F, main_width - 2, s.payer, {8.5F, true});
  page.text(slip_left + main_width, payer_top + 6.2F, side - 1, "CPF/CNPJ: " + s.payer_id, {8.5F});
}

void draw_codes(pdf_canvas& page, const slip_page& s) {
  auto right = slip_left + slip_width;
  page.on(pdf_layer::form);
  page.text(right - 80, codes_top + 3, 80, "Autenticação mecânica – Ficha de compensação",
            {6.5F, true, text_align::right});
  page.on(pdf_layer::values);
  page.bars(barcode_area, itf_bars(s.barcode), itf_modules);
}

} // namespace

void draw_ficha(pdf_canvas& page, const slip_page& s) {
  page.on(pdf_layer::form);
  if (!s.watermark.empty())
    page.watermark({slip_left, grid_top, slip_width, codes_top - grid_top}, s.watermark, 38, 16);
  draw_head(page, s, top, s.line);
  draw_grid(page, s);
  draw_side(page);
  draw_instructions(page, s);
  draw_payer(page, s);
  draw_codes(page, s);
}

} // namespace bankslip::slips
