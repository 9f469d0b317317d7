#include "services/impl/qr.hpp"

#include <memory>

#include <qrencode.h>

namespace bankslip::services {

namespace {

constexpr unsigned quiet_zone = 4;

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
  auto width = static_cast<unsigned>(code->width);
  picture.side = width + 2 * quiet_zone;
  auto row_bytes = (picture.side + 7) / 8;
  picture.row_bits = row_bytes * 8;
  picture.bits.assign(row_bytes * picture.side, 0xff);
  for (unsigned y = 0; y < width; ++y)
    for (unsigned x = 0; x < width; ++x)
      if (code->data[y * width + x] & 1) {
        auto column = x + quiet_zone;
        picture.bits[(y + quiet_zone) * row_bytes + column / 8] &=
            static_cast<std::uint8_t>(~(0x80u >> column % 8));
      }
  return picture;
}

} // namespace bankslip::services
