#pragma once

#include <string_view>
#include <vector>

namespace bankslip::slips {

/// Dark modules that touch in a row.
struct qr_run {
  int x;
  int y;
  int length;
};

/// A QR code. Coordinates count modules from the upper left corner.
struct qr_picture {
  /// Modules of a side, with a quiet zone of four on each; 0 when the text is
  /// empty or does not fit.
  int side = 0;
  std::vector<qr_run> runs;
};

/// QR code of `text`, error correction M.
qr_picture make_qr(std::string_view text);

} // namespace bankslip::slips
