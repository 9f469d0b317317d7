#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace bankslip::slips {

/// A bar of the bar code, in modules (widths of the narrow bar).
struct itf_bar {
  int begin;
  int width;
};

/// Modules of 44 digits with a wide bar of three: 4 + 22 * 18 + 5.
constexpr int itf_modules = 405;

/// Interleaved 2 of 5: each pair of digits is five bars and, between them, five
/// spaces. `digits` must be an even number of digits; no check digit is added.
/// Source: openboleto, src/BoletoAbstract.php, getImagemCodigoDeBarras.
std::vector<itf_bar> itf_bars(std::string_view digits);

} // namespace bankslip::slips
