#include "slips/impl/slip_page.hpp"

namespace bankslip::slips {

namespace {

constexpr float label_baseline = 2.3F;
constexpr float padding = 1;

} // namespace

void draw_head(pdf_canvas& page, const slip_page& s, float y, const std::string& right) {
  constexpr float name_width = 48;
  constexpr float code_width = 20;
  auto x = slip_left;
  page.on(pdf_layer::form);
  page.text(x, y + 7, name_width - 2, s.bank_name, {13, true});
  x += name_width;
  page.line(x, y + 1, x, y + 9, 0.5F);
  page.text(x, y + 7, code_width, s.bank_code, {15, true, text_align::centre});
  x += code_width;
  page.line(x, y + 1, x, y + 9, 0.5F);
  page.line(slip_left, y + 9, slip_left + slip_width, y + 9, 0.5F);
  page.on(pdf_layer::values);
  page.text(x, y + 7, slip_width - name_width - code_width, right,
            {11.5F, true, text_align::right});
}

void draw_row(pdf_canvas& page, float y, float height, const std::vector<slip_field>& fields) {
  auto x = slip_left;
  for (auto& f : fields) {
    page.on(pdf_layer::form);
    if (x > slip_left)
      page.line(x, y, x, y + height);
    auto room = f.width - 2 * padding;
    page.text(x + padding, y + label_baseline, room, f.label, {5.5F, false});
    page.on(pdf_layer::values);
    page.text(x + padding, y + height - 1.4F, room, f.value, {8.5F, f.bold, f.align});
    x += f.width;
  }
  page.on(pdf_layer::form);
  page.line(slip_left, y + height, x, y + height);
  page.on(pdf_layer::values);
}

} // namespace bankslip::slips
