#include "slips/impl/pdf_canvas.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <unistd.h>
#include <zlib.h>

#include "domain/error.hpp"
#include "domain/text/hex.hpp"

namespace bankslip::slips {

namespace {

constexpr float page_width = 210;
constexpr float page_height = 297;
constexpr float points_per_mm = 72.0F / 25.4F;
constexpr const char* encoding = "WinAnsiEncoding";
constexpr const char* letters_encoding = "ISO8859-2";
constexpr const char* font_file = SLIP_FONTS "/LiberationSans-Regular.ttf";
constexpr char32_t ellipsis = U'…';

float pt(float mm) noexcept { return mm * points_per_mm; }

// The page's origin is its lower left corner.
float up(float y) noexcept { return pt(page_height - y); }

// The library calls U+021A and U+021B by the names of their older twins, whose
// shapes are not embedded: these two get the names that the font itself has.
std::string letter_name(HPDF_UNICODE c) {
  if (c == 0x21a || c == 0x21b)
    return c == 0x21a ? "uni021A" : "uni021B";
  return HPDF_UnicodeToGryphName(c);
}

HPDF_STATUS write_letters(HPDF_Encoder encoder, HPDF_Stream out) {
  auto& table = *static_cast<HPDF_BasicEncoderAttr>(encoder->attr);
  std::string text = "/Encoding <</Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [128";
  for (int code = 0x80; code < 0x100 && table.differences[code] != 0; ++code)
    text.append(" /").append(letter_name(table.unicode_map[code]));
  return HPDF_Stream_WriteStr(out, text.append("]>>\n").c_str());
}

} // namespace

pdf_canvas::pdf_canvas(std::string_view title) : doc_{HPDF_New(nullptr, nullptr)} {
  if (!doc_)
    return;
  HPDF_SetCompressionMode(doc_.get(), HPDF_COMP_ALL);
  HPDF_SetInfoAttr(doc_.get(), HPDF_INFO_TITLE, print_text(title, nullptr).bytes.c_str());
  page_ = HPDF_AddPage(doc_.get());
  HPDF_Page_SetWidth(page_, pt(page_width));
  HPDF_Page_SetHeight(page_, pt(page_height));
  plain_ = HPDF_GetFont(doc_.get(), "Helvetica", encoding);
  bold_ = HPDF_GetFont(doc_.get(), "Helvetica-Bold", encoding);
  // A font's name on the page is its turn: the same on all, as forms need it.
  for (auto* font : {plain_, bold_})
    HPDF_Page_SetFontAndSize(page_, font, 8);
}

std::string pdf_canvas::take_form() {
  if (!doc_ || embedded_)
    return {};
  auto* drawn = static_cast<HPDF_PageAttr>(page_->attr)->stream;
  std::string content(HPDF_Stream_Size(drawn), '\0');
  auto size = static_cast<HPDF_UINT>(content.size());
  HPDF_Stream_Seek(drawn, 0, HPDF_SEEK_SET);
  HPDF_Stream_Read(drawn, reinterpret_cast<HPDF_BYTE*>(content.data()), &size);
  content = "q\n" + content + "Q\n";
  auto packed_size = compressBound(content.size());
  std::string packed(packed_size, '\0');
  if (compress2(reinterpret_cast<Bytef*>(packed.data()), &packed_size,
                reinterpret_cast<const Bytef*>(content.data()), content.size(), Z_BEST_COMPRESSION)
      != Z_OK)
    return {};
  packed.resize(packed_size);
  return packed;
}

void pdf_canvas::put_form(const std::string& form) {
  if (!doc_)
    return;
  draw_only(pdf_layer::values);
  // The page's first stream takes the form as it is, a second one what is drawn.
  HPDF_Dict values = nullptr;
  auto* first = static_cast<HPDF_PageAttr>(page_->attr)->contents;
  if (HPDF_Page_New_Content_Stream(page_, &values) != HPDF_OK)
    return;
  values->filter = HPDF_STREAM_FILTER_FLATE_DECODE;
  HPDF_MemStream_FreeData(first->stream);
  HPDF_Stream_Write(first->stream, reinterpret_cast<const HPDF_BYTE*>(form.data()),
                    static_cast<HPDF_UINT>(form.size()));
  first->filter = HPDF_STREAM_FILTER_NONE;
  first->write_fn = [](HPDF_Dict, HPDF_Stream out) {
    return HPDF_Stream_WriteStr(out, "/Filter /FlateDecode\n");
  };
}

// A reader's own fonts end at Windows-1252.
HPDF_Font pdf_canvas::embedded_font() {
  auto* encoder = HPDF_GetEncoder(doc_.get(), letters_encoding);
  if (!encoder)
    return nullptr;
  // The library has no call for an encoding of one's own: one of its tables gets
  // the page's letters as its upper half.
  auto& table = *static_cast<HPDF_BasicEncoderAttr>(encoder->attr);
  std::fill(std::begin(table.differences), std::end(table.differences), HPDF_BYTE{0});
  encoder->write_fn = write_letters;
  for (std::size_t i = 0; i < letters_.letters.size(); ++i) {
    table.unicode_map[0x80 + i] = static_cast<HPDF_UNICODE>(letters_.letters[i]);
    table.differences[0x80 + i] = 1;
  }
  if (!embedded_)
    if (auto* name = HPDF_LoadTTFontFromFile(doc_.get(), font_file, HPDF_TRUE))
      embedded_ = HPDF_GetFont(doc_.get(), name, letters_encoding);
  return embedded_;
}

pdf_canvas::ready_text pdf_canvas::prepare(std::string_view utf8, const text_style& style) {
  static const bool has_font = ::access(font_file, R_OK) == 0;
  ready_text t{nullptr, style.size, print_text(utf8, has_font ? &letters_ : nullptr)};
  // The table is complete only once the sign of a cut is in it.
  if (!t.text.plain)
    letters_.code_of(ellipsis);
  t.font = t.text.plain ? style.bold ? bold_ : plain_ : embedded_font();
  HPDF_Page_SetFontAndSize(page_, t.font, style.size);
  HPDF_Page_SetGrayFill(page_, style.grey);
  return t;
}

float pdf_canvas::width_of(const ready_text& t) const {
  auto* text = reinterpret_cast<const HPDF_BYTE*>(t.text.bytes.data());
  auto units = HPDF_Font_TextWidth(t.font, text, static_cast<HPDF_UINT>(t.text.bytes.size())).width;
  return static_cast<float>(units) * t.size / 1000 / points_per_mm;
}

std::size_t pdf_canvas::fitting(const ready_text& t, std::size_t at, float width) const {
  auto* text = reinterpret_cast<const HPDF_BYTE*>(t.text.bytes.data() + at);
  return HPDF_Font_MeasureText(t.font, text, static_cast<HPDF_UINT>(t.text.bytes.size() - at),
                               pt(width), t.size, 0, 0, HPDF_FALSE, nullptr);
}

void pdf_canvas::cut(ready_text& t, float width) {
  if (width_of(t) <= width)
    return;
  auto sign = t;
  sign.text.bytes.assign(1, t.text.plain ? '\x85' : letters_.code_of(ellipsis));
  t.text.bytes.resize(fitting(t, 0, width - width_of(sign)));
  t.text.bytes.append(sign.text.bytes);
}

void pdf_canvas::text(float x, float y, float width, std::string_view utf8,
                      const text_style& style) {
  if (!draws() || utf8.empty())
    return;
  auto t = prepare(utf8, style);
  cut(t, width);
  auto spare = width - width_of(t);
  if (style.align == text_align::right)
    x += spare;
  else if (style.align == text_align::centre)
    x += spare / 2;
  HPDF_Page_BeginText(page_);
  HPDF_Page_TextOut(page_, pt(x), up(y), t.text.bytes.c_str());
  HPDF_Page_EndText(page_);
}

void pdf_canvas::wrapped(float x, float y, float width, std::string_view utf8,
                         const text_style& style, float step, int max_lines) {
  if (!draws())
    return;
  auto t = prepare(utf8, style);
  auto& bytes = t.text.bytes;
  HPDF_Page_BeginText(page_);
  for (std::size_t at = 0; at < bytes.size() && max_lines > 0; --max_lines, y += step) {
    auto fits = fitting(t, at, width);
    if (fits == 0)
      break;
    HPDF_Page_TextOut(page_, pt(x), up(y), bytes.substr(at, fits).c_str());
    at += fits;
  }
  HPDF_Page_EndText(page_);
}

void pdf_canvas::watermark(const area& where, std::string_view utf8, float size, float degrees) {
  if (!draws())
    return;
  auto t = prepare(utf8, {size, true, text_align::left, 0.87F});
  auto angle = degrees * std::numbers::pi_v<float> / 180;
  auto half = width_of(t) / 2;
  auto x = where.x + where.width / 2 - half * std::cos(angle);
  auto y = where.y + where.height / 2 + half * std::sin(angle) + size / points_per_mm / 3;
  HPDF_Page_BeginText(page_);
  HPDF_Page_SetTextMatrix(page_, std::cos(angle), std::sin(angle), -std::sin(angle),
                          std::cos(angle), pt(x), up(y));
  HPDF_Page_ShowText(page_, t.text.bytes.c_str());
  HPDF_Page_EndText(page_);
}

void pdf_canvas::line(float x1, float y1, float x2, float y2, float width) {
  if (!draws())
    return;
  HPDF_Page_SetLineWidth(page_, pt(width));
  HPDF_Page_MoveTo(page_, pt(x1), up(y1));
  HPDF_Page_LineTo(page_, pt(x2), up(y2));
  HPDF_Page_Stroke(page_);
}

// Dash by dash: the type of libharu's dash patterns differs between versions.
void pdf_canvas::cut_line(float x1, float x2, float y) {
  constexpr float dash = 2;
  constexpr float period = 3.5F;
  if (!draws())
    return;
  HPDF_Page_SetLineWidth(page_, pt(0.15F));
  for (; x1 + dash <= x2; x1 += period) {
    HPDF_Page_MoveTo(page_, pt(x1), up(y));
    HPDF_Page_LineTo(page_, pt(x1 + dash), up(y));
  }
  HPDF_Page_Stroke(page_);
}

// In units of modules, so that the file's numbers stay short.
void pdf_canvas::bars(const area& where, const std::vector<itf_bar>& bars, int modules) {
  if (!draws())
    return;
  HPDF_Page_GSave(page_);
  HPDF_Page_SetGrayFill(page_, 0);
  HPDF_Page_Concat(page_, pt(where.width) / static_cast<float>(modules), 0, 0, pt(where.height),
                   pt(where.x), up(where.y + where.height));
  for (auto& b : bars)
    HPDF_Page_Rectangle(page_, static_cast<float>(b.begin), 0, static_cast<float>(b.width), 1);
  HPDF_Page_Fill(page_);
  HPDF_Page_GRestore(page_);
}

// The library has no inline images. Digits cannot be taken for the image's end, and are packed
// with the page.
void pdf_canvas::picture(const area& where, const qr_picture& qr) {
  if (!draws() || qr.side == 0)
    return;
  const auto side = std::to_string(qr.side);
  auto image = "BI /W " + side + " /H " + side + " /CS /G /BPC 1 /F /AHx ID\n";
  for (auto byte : qr.pixels)
    image.append({domain::upper_hex_digits[byte >> 4], domain::upper_hex_digits[byte & 15]});
  image.append(">\nEI\n");
  HPDF_Page_GSave(page_);
  HPDF_Page_Concat(page_, pt(where.width), 0, 0, pt(where.height), pt(where.x),
                   up(where.y + where.height));
  HPDF_Stream_WriteStr(static_cast<HPDF_PageAttr>(page_->attr)->stream, image.c_str());
  HPDF_Page_GRestore(page_);
}

caf::expected<std::string> pdf_canvas::finish() {
  auto failed = [](HPDF_STATUS status) {
    return domain::make_error(domain::errc::internal,
                              "libharu cannot make the PDF: error " + std::to_string(status));
  };
  if (!doc_)
    return failed(HPDF_FAILD_TO_ALLOC_MEM);
  if (auto status = HPDF_GetError(doc_.get()); status != HPDF_OK)
    return failed(status);
  if (auto status = HPDF_SaveToStream(doc_.get()); status != HPDF_OK)
    return failed(status);
  std::string bytes(HPDF_GetStreamSize(doc_.get()), '\0');
  HPDF_ResetStream(doc_.get());
  auto size = static_cast<HPDF_UINT32>(bytes.size());
  auto status = HPDF_ReadFromStream(doc_.get(), reinterpret_cast<HPDF_BYTE*>(bytes.data()), &size);
  if ((status != HPDF_OK && status != HPDF_STREAM_EOF) || size != bytes.size())
    return failed(status);
  return bytes;
}

} // namespace bankslip::slips
