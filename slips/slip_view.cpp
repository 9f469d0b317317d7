#include "slips/slip_view.hpp"

#include "domain/boleto/bar_code.hpp"
#include "domain/boleto/builtin_slip.hpp"
#include "domain/boleto/pix.hpp"
#include "json/json.hpp"

namespace bankslip::slips {

namespace {

void take_details(slip_view& view, std::string_view json) {
  // A number where text is meant is its digits.
  json::json_reader details{json, true};
  if (!details.valid())
    return;
  auto take = [&](const char* name) { return std::string{details.text(name).value_or("")}; };
  view.from_service = true;
  view.nosso_numero = take("nosso_numero");
  view.pix = take("pix");
  view.pdf_url = take("pdf_url");
  if (view.barcode.empty())
    view.barcode = take("barcode");
}

// Other writers of the table leave lines without details too.
void take_builtin(slip_view& view, const domain::debt& d, const domain::beneficiary& to) {
  auto slip = domain::make_builtin_slip(d);
  if (slip.linha_digitavel != view.linha_digitavel)
    return;
  view.nosso_numero = std::move(slip.nosso_numero);
  if (auto code = domain::builtin_pix(d, to))
    view.pix = std::move(*code);
}

} // namespace

slip_view view_slip(const domain::debt& d, std::string_view linha_digitavel,
                    std::string_view slip_details, const domain::beneficiary& to) {
  slip_view view;
  view.linha_digitavel = linha_digitavel;
  if (linha_digitavel.empty())
    return view;
  if (auto code = domain::barcode_of_line(linha_digitavel))
    view.barcode = std::move(*code);
  if (slip_details.empty())
    take_builtin(view, d, to);
  else
    take_details(view, slip_details);
  return view;
}

slip_view view_slip(const domain::stored_debt& d, const domain::beneficiary& to) {
  return view_slip(d.content, d.linha_digitavel, d.slip_details, to);
}

} // namespace bankslip::slips
