#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace bankslip::services {

/// A QR code as a picture of one bit per module, 1 is white; each row begins at
/// a byte. With a quiet zone of four modules on each side.
struct qr_picture {
  /// Modules of a side, quiet zone included; 0 when the text does not fit.
  unsigned side = 0;
  /// `side` rounded up to whole bytes; the rest of each row is white.
  unsigned row_bits = 0;
  std::vector<std::uint8_t> bits;
};

/// QR code of `text`, error correction M.
qr_picture make_qr(std::string_view text);

} // namespace bankslip::services
