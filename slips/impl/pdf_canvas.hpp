#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <hpdf.h>

#include <caf/expected.hpp>

#include "slips/impl/itf.hpp"
#include "slips/impl/qr.hpp"

namespace bankslip::slips {

/// A rectangle in millimetres from the page's upper left corner.
struct area {
  float x;
  float y;
  float width;
  float height;
};

enum class text_align : char { left, centre, right };

/// How a text is written.
struct text_style {
  /// Points.
  float size = 8;
  bool bold = false;
  text_align align = text_align::left;
  /// 0 black, 1 white.
  float grey = 0;
};

/// `text` (UTF-8) in Windows-1252: control characters become spaces, what the
/// set does not have becomes '?'. At most `max_bytes`.
std::string to_winansi(std::string_view text, std::size_t max_bytes = 1000);

/// One A4 page being drawn. Nothing fails before `finish`. One thread.
class pdf_canvas {
public:
  explicit pdf_canvas(std::string_view title);

  /// Writes one line whose baseline stands at `y`, cut to `width` with "…".
  void text(float x, float y, float width, std::string_view utf8, const text_style& style);

  /// Writes `utf8`, broken anywhere, into lines of `width` going down from `y`
  /// by `step`; what does not fit into `max_lines` is left out.
  void wrapped(float x, float y, float width, std::string_view utf8, const text_style& style,
               float step, int max_lines);

  /// Writes in big light letters, rotated, around the middle of `where`.
  void watermark(const area& where, std::string_view utf8, float size, float degrees);

  void line(float x1, float y1, float x2, float y2, float width = 0.2F);
  void cut_line(float x1, float x2, float y);
  void fill(const area& where, float grey);
  void bars(const area& where, const std::vector<itf_bar>& bars, int modules);
  void picture(const area& where, const qr_picture& qr);

  /// The file's bytes; `internal` with the library's error number.
  caf::expected<std::string> finish();

private:
  struct document_deleter {
    void operator()(HPDF_Doc doc) const noexcept { HPDF_Free(doc); }
  };

  HPDF_Font set_font(const text_style& style);
  float width_of(HPDF_Font font, const std::string& bytes, float size) const;
  void cut(HPDF_Font font, std::string& bytes, float size, float width) const;

  std::unique_ptr<std::remove_pointer_t<HPDF_Doc>, document_deleter> doc_;
  HPDF_Page page_ = nullptr;
  HPDF_Font plain_ = nullptr;
  HPDF_Font bold_ = nullptr;
};

} // namespace bankslip::slips
