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
  for (int y = 0; y < code->width; ++y) {
    auto* row = code->data + y * code->width;
    for (int x = 0; x < code->width; ++x) {
      if (!(row[x] & 1))
        continue;
      auto begin = x;
      while (x < code->width && row[x] & 1)
        ++x;
      picture.runs.push_back({begin + quiet_zone, y + quiet_zone, x - begin});
    }
  }
  return picture;
}

} // namespace bankslip::slips
