#include "http/api/slip_view.hpp"

#include <array>
#include <utility>

#include "domain/boleto/bar_code.hpp"
#include "domain/boleto/builtin_slip.hpp"
#include "domain/boleto/pix.hpp"
#include "http/api/dto.hpp"
#include "http/api/json_fields.hpp"

namespace bankslip::http {

namespace {

constexpr std::array<std::string_view, 4> names = {"barcode", "nosso_numero", "pix", "pdf_url"};

/// A boleto service's own words; what it does not say stays as it is.
void take_details(const std::string& details, slip_view& view) {
  auto read = read_json_object(details, names);
  auto* fields = std::get_if<json_object>(&read);
  if (!fields)
    return;
  std::string* const targets[] = {&view.barcode, &view.nosso_numero, &view.pix, &view.pdf_url};
  for (std::size_t i = 0; i < names.size(); ++i)
    if ((*fields)[i].is == json_field::kind::text && !(*fields)[i].text.empty())
      *targets[i] = std::move((*fields)[i].text);
}

/// The line tells whether the built-in service made this slip: other writers
/// of the table leave lines without details too.
void take_builtin(const domain::stored_debt& d, const domain::beneficiary& to, slip_view& view) {
  auto built = domain::make_builtin_slip(d.content);
  if (built.linha_digitavel != d.linha_digitavel)
    return;
  view.nosso_numero = std::move(built.nosso_numero);
  if (auto pix = domain::builtin_pix(d.content, to))
    view.pix = std::move(*pix);
}

} // namespace

slip_view view_slip(const domain::stored_debt& d, const domain::beneficiary& to) {
  slip_view view;
  if (d.linha_digitavel.empty())
    return view;
  view.pdf_url = pdf_path(d.content.debt_id);
  if (d.slip_details.empty())
    take_builtin(d, to, view);
  else
    take_details(d.slip_details, view);
  // The line is what is paid: its word on the bar code stands.
  if (auto code = domain::barcode_of_line(d.linha_digitavel))
    view.barcode = std::move(*code);
  return view;
}

std::string pdf_path(std::string_view debt_id) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view plain = "-._~";
  std::string out = "/bankslip/";
  for (const auto c : debt_id) {
    const auto u = static_cast<unsigned char>(c);
    const auto alnum = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
    if (alnum || plain.find(c) != std::string_view::npos)
      out += c;
    else
      out.append({'%', digits[u >> 4], digits[u & 15]});
  }
  return out + "/pdf";
}

} // namespace bankslip::http
