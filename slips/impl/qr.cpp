#include "slips/impl/qr.hpp"

#include <memory>

#include <qrencode.h>

namespace bankslip::slips {

namespace {

constexpr int quiet_zone = 4;

struct code_deleter {
  void operator()(QRcode* p) const noexcept { QRcode_free(p); }
};

} // namespace

qr_picture make_qr(std::string_view text) {
  qr_picture picture;
  if (text.empty())
    return picture;
  std::unique_ptr<QRcode, code_deleter> code{
      QRcode_encodeData(static_cast<int>(text.size()),
                        reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M)};
  if (!code)
    return picture;
  picture.side = code->width + 2 * quiet_zone;
  const auto row_bytes = static_cast<std::size_t>(picture.side + 7) / 8;
  picture.pixels.assign(row_bytes * static_cast<std::size_t>(picture.side), 0xFF);
  const auto* module = code->data;
  for (int y = 0; y < code->width; ++y) {
    auto* row = picture.pixels.data() + static_cast<std::size_t>(y + quiet_zone) * row_bytes;
    for (int x = quiet_zone; x < code->width + quiet_zone; ++x, ++module)
      if (*module & 1)
        row[x / 8] = static_cast<std::uint8_t>(row[x / 8] & ~(0x80 >> x % 8));
  }
  return picture;
}

} // namespace bankslip::slips
