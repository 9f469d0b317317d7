#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace bankslip::slips {

/// A QR code.
struct qr_picture {
  /// Modules of a side, with a quiet zone of four on each; 0 when the text is
  /// empty or does not fit.
  int side = 0;
  /// A bit for each module, 1 is white; row by row from the top, each in whole bytes.
  std::vector<std::uint8_t> pixels;
};

/// QR code of `text`, error correction M.
qr_picture make_qr(std::string_view text);

} // namespace bankslip::slips
