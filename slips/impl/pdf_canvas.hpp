#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hpdf.h>

#include <caf/expected.hpp>

#include "slips/impl/itf.hpp"
#include "slips/impl/qr.hpp"
#include "slips/impl/slip_text.hpp"

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

/// Names what is drawn: the form is the same on many pages, so that it can be drawn once.
enum class pdf_layer : char { form, values };

/// One A4 page being drawn. Texts are written in the reader's own Helvetica; those
/// with letters beyond Windows-1252 in Liberation Sans, whose letters have the same
/// widths: what is used of it is embedded, never in bold, so that a page stays small.
/// Without that font they lose their accents. Nothing fails before `finish`. One thread.
class pdf_canvas {
public:
  explicit pdf_canvas(std::string_view title);

  /// From here on the calls draw on `layer`, until the next call; values are the first.
  void on(pdf_layer layer) { layer_ = layer; }

  /// Leaves out the other layer: nothing of it is drawn.
  void draw_only(pdf_layer layer) { only_ = layer; }

  /// Takes what was drawn, for `put_form` of other pages; empty where it has letters beyond
  /// Windows-1252, whose codes are each page's own.
  std::string take_form();

  /// Begins an empty page with a form that was drawn before; only values are drawn from here on.
  void put_form(const std::string& form);

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
  void bars(const area& where, const std::vector<itf_bar>& bars, int modules);
  void picture(const area& where, const qr_picture& qr);

  /// The file's bytes; `internal` with the library's error number.
  caf::expected<std::string> finish();

private:
  struct document_deleter {
    void operator()(HPDF_Doc doc) const noexcept { HPDF_Free(doc); }
  };

  /// A text in its font, which is the page's now.
  struct ready_text {
    HPDF_Font font;
    float size;
    printed_text text;
  };

  ready_text prepare(std::string_view utf8, const text_style& style);
  HPDF_Font embedded_font();
  float width_of(const ready_text& t) const;
  /// Bytes of `t` from `at` on that fit into `width`.
  std::size_t fitting(const ready_text& t, std::size_t at, float width) const;
  void cut(ready_text& t, float width);
  bool draws() const { return doc_ && (!only_ || *only_ == layer_); }

  std::unique_ptr<std::remove_pointer_t<HPDF_Doc>, document_deleter> doc_;
  HPDF_Page page_ = nullptr;
  HPDF_Font plain_ = nullptr;
  HPDF_Font bold_ = nullptr;
  HPDF_Font embedded_ = nullptr;
  letter_table letters_;
  pdf_layer layer_ = pdf_layer::values;
  std::optional<pdf_layer> only_;
};

} // namespace bankslip::slips
