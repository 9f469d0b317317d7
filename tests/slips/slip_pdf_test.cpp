#include "slips/slip_pdf.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include "domain/boleto/bar_code.hpp"
#include "domain/boleto/builtin_slip.hpp"
#include "domain/boleto/pix.hpp"
#include "domain/error.hpp"
#include "slips/impl/itf.hpp"
#include "slips/impl/slip_text.hpp"
#include "slips/slip_view.hpp"

using namespace bankslip;

BOOST_AUTO_TEST_SUITE(slip_pdf_test)

namespace {

// A folder of this program's own.
struct scratch {
  std::filesystem::path path;

  scratch() {
    auto name = (std::filesystem::temp_directory_path() / "slip_pdf_XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(name.data()));
    path = name;
  }
  ~scratch() { std::filesystem::remove_all(path); }
};

std::string output_of(const std::string& command) {
  std::unique_ptr<FILE, int (*)(FILE*)> pipe{popen(command.c_str(), "r"), &pclose};
  BOOST_REQUIRE(pipe);
  std::string text;
  std::array<char, 4096> block;
  while (auto n = std::fread(block.data(), 1, block.size(), pipe.get()))
    text.append(block.data(), n);
  BOOST_REQUIRE_MESSAGE(pclose(pipe.release()) == 0, command + " failed");
  return text;
}

domain::stored_debt a_debt() {
  domain::stored_debt d;
  d.content = {"8291-ação/x",          "João Gonçalves d'Ávila",
               "52998224725",          "joao@example.com",
               domain::money{1234567}, domain::date{std::chrono::year{2026} / 12 / 21}};
  d.content.debt_id = "8291-A";
  d.linha_digitavel = domain::make_builtin_slip(d.content).linha_digitavel;
  d.created_at = domain::date{std::chrono::year{2026} / 11 / 25} + std::chrono::hours{2};
  return d;
}

// The PDF of `d` in a file.
std::string printed(const scratch& dir, const domain::stored_debt& d) {
  auto pdf = slips::render_slip_pdf(d);
  BOOST_REQUIRE(pdf);
  auto file = (dir.path / "slip.pdf").string();
  std::ofstream{file, std::ios::binary} << *pdf;
  return file;
}

// What zbar reads from a picture of the page: the bar code and the QR code.
std::string scanned(const scratch& dir, const domain::stored_debt& d, int dpi) {
  auto pdf = printed(dir, d);
  output_of("pdftoppm -gray -singlefile -r " + std::to_string(dpi) + " " + pdf + " "
            + (dir.path / "page").string());
  return output_of("zbarimg -q -S*.disable -Si25.enable -Sqrcode.enable "
                   + (dir.path / "page.pgm").string() + " 2>/dev/null");
}

std::string text_of(const scratch& dir, const domain::stored_debt& d) {
  return output_of("pdftotext -layout " + printed(dir, d) + " -");
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_CASE(an_independent_reader_finds_the_bar_code_and_the_pix_code) {
  scratch dir;
  auto d = a_debt();
  auto barcode = *domain::barcode_of_line(d.linha_digitavel);
  for (int dpi : {150, 200, 300}) {
    BOOST_TEST_CONTEXT(dpi) {
      auto codes = scanned(dir, d, dpi);
      BOOST_TEST(has(codes, "I2/5:" + barcode + "\n"), codes);
      BOOST_TEST(has(codes, "QR-Code:" + *domain::builtin_pix(d.content) + "\n"), codes);
    }
  }
}

BOOST_AUTO_TEST_CASE(any_debts_bar_code_is_read_back) {
  scratch dir;
  auto d = a_debt();
  for (auto* id : {"0", "ce79a2b1-0000-4000-8000-1234567890ab", "x~!@#$%^&*()"}) {
    d.content.debt_id = id;
    d.content.amount.cents = d.content.amount.cents * 37 % domain::max_amount.cents;
    auto slip = domain::make_builtin_slip(d.content);
    d.linha_digitavel = slip.linha_digitavel;
    auto codes = scanned(dir, d, 200);
    BOOST_TEST(has(codes, "I2/5:" + slip.barcode + "\n"), codes);
    BOOST_TEST(has(codes, *domain::builtin_pix(d.content)), codes);
  }
}

BOOST_AUTO_TEST_CASE(the_page_says_all_that_a_slip_must_say) {
  scratch dir;
  auto d = a_debt();
  auto text = text_of(dir, d);
  domain::beneficiary to;
  for (auto& part : {std::string{"Recibo do pagador"},
                     std::string{"Ficha de compensação"},
                     std::string{"Local de pagamento"},
                     std::string{"Agência/Código"},
                     std::string{"Nosso número"},
                     std::string{"Sacador/Avalista"},
                     std::string{"Espécie doc."},
                     std::string{"Autenticação mecânica"},
                     std::string{"(-) Desconto/Abatimento"},
                     std::string{"(=) Valor cobrado"},
                     std::string{"João Gonçalves d'Ávila"},
                     std::string{"529.982.247-25"},
                     std::string{"21/12/2026"},
                     std::string{"24/11/2026"},
                     std::string{"R$ 12.345,67"},
                     std::string{"8291-A"},
                     std::string{"999-7"},
                     std::string{"Banco Fictício"},
                     std::string{"AMOSTRA – NÃO PAGÁVEL"},
                     domain::format_line(d.linha_digitavel),
                     to.name,
                     to.government_id,
                     to.agency_code,
                     "101/" + domain::make_builtin_slip(d.content).nosso_numero})
    BOOST_TEST(has(text, part), part << " is missing in " << text);
}

BOOST_AUTO_TEST_CASE(a_slip_of_a_banks_service_has_its_words_and_no_watermark) {
  scratch dir;
  auto d = a_debt();
  d.linha_digitavel = "34191101213456788005871234570001616670000012345";
  d.slip_details = R"({"nosso_numero":"110/12345678-8","pix":"00020126pix-of-the-bank"})";
  auto text = text_of(dir, d);
  BOOST_TEST(!has(text, "AMOSTRA"));
  BOOST_TEST(has(text, "Itaú"));
  BOOST_TEST(has(text, "341-7"));
  BOOST_TEST(has(text, "110/12345678-8"));
  auto codes = scanned(dir, d, 200);
  BOOST_TEST(has(codes, "I2/5:34196166700000123451101234567880057123457000\n"), codes);
  BOOST_TEST(has(codes, "QR-Code:00020126pix-of-the-bank\n"), codes);
}

BOOST_AUTO_TEST_CASE(what_was_drawn_once_for_others_does_not_show_on_a_page) {
  auto d = a_debt();
  auto other = d;
  other.linha_digitavel = "34191101213456788005871234570001616670000012345";
  other.slip_details = R"({"nosso_numero":"110/12345678-8"})";
  slips::pdf_options options;
  options.instructions = {"Não receber após o vencimento."};
  options.beneficiary.name = "Żółć Ltda.";
  auto print = [&](const domain::stored_debt& of, const slips::pdf_options& with) {
    auto pdf = slips::render_slip_pdf(of, with);
    BOOST_REQUIRE(pdf);
    return *pdf;
  };
  std::array first{print(d, {}), print(other, {}), print(d, options)};
  BOOST_TEST(first[0] != first[1]);
  BOOST_TEST((print(d, options) == first[2]));
  BOOST_TEST((print(other, {}) == first[1]));
  BOOST_TEST((print(d, {}) == first[0]));
  // With letters that a form cannot have.
  options.instructions.push_back("Zażółć gęślą jaźń");
  BOOST_TEST((print(d, options) != first[2]));
  BOOST_TEST((print(d, {}) == first[0]));
}

BOOST_AUTO_TEST_CASE(a_line_of_another_writer_is_printed_as_a_sample) {
  scratch dir;
  auto d = a_debt();
  d.linha_digitavel = "34191101213456788005871234570001616670000012345";
  BOOST_TEST(has(text_of(dir, d), "AMOSTRA"));
}

BOOST_AUTO_TEST_CASE(a_debt_without_a_valid_line_has_no_page) {
  auto d = a_debt();
  for (auto* line : {"", "boleto.pdf", "34191101213456788005871234570001616670000012346"}) {
    d.linha_digitavel = line;
    auto pdf = slips::render_slip_pdf(d);
    BOOST_REQUIRE(!pdf);
    BOOST_TEST(domain::code_of(pdf.error()) == domain::errc::wrong_state);
  }
}

BOOST_AUTO_TEST_CASE(hostile_texts_are_cut_and_break_nothing) {
  scratch dir;
  auto d = a_debt();
  auto codes_of_plain = scanned(dir, d, 200);
  for (auto name : {std::string(255, 'W'), std::string{") Tj ET Q endstream endobj\r\n%%EOF (\\"},
                    std::string{"a\nb\tc\x1b[31m\x7f"}, std::string{"名前 😀 \xff\xfe"},
                    std::string{"\\\\\\"}, std::string(1, '\0') + "x"}) {
    d.content.name = name;
    auto text = text_of(dir, d);
    BOOST_TEST(has(text, domain::format_line(d.linha_digitavel)));
    BOOST_TEST(!has(text, "\x1b"));
    BOOST_TEST(scanned(dir, d, 200) == codes_of_plain);
    BOOST_TEST(has(output_of("pdfinfo " + (dir.path / "slip.pdf").string()), "Pages:           1"));
  }
  d.content.name = "Ana\nMaria\tSouza";
  BOOST_TEST(has(text_of(dir, d), "Ana Maria Souza"));
}

BOOST_AUTO_TEST_CASE(every_letter_of_european_names_is_printed) {
  scratch dir;
  auto d = a_debt();
  for (auto* name :
       {"Łukasz Şahin", "Đorđe Žižić", "Ștefan Țepeș", "Þórður Æsir", "Ħamrun Ġorġ Żejtun",
        "Ŵyn Ŷ Ẁẃ", "Kőrösi Űrhajó", "İpek Çağrı Işık", "Ģirts Ķīsis Ļaudis Ņina", "Ėglė Ųtena Šį",
        "Jürgen Großmann-Ÿ", "Søren Ångström", "Ľuboš Ŕeřicha Ťažký", "Ŋuŧŧi Đ", "Œuvre ŀla Ĳssel",
        "Αλέξανδρος", "Юрий Ґалаґан"}) {
    BOOST_TEST_CONTEXT(name) {
      d.content.name = name;
      auto text = text_of(dir, d);
      BOOST_TEST(has(text, name), text);
      BOOST_TEST(!has(text, "?"));
      auto size = std::filesystem::file_size(dir.path / "slip.pdf");
      BOOST_TEST(size <= 40'000U);
    }
  }
  auto fonts = output_of("pdffonts " + (dir.path / "slip.pdf").string());
  BOOST_TEST(has(fonts, "LiberationSans"), fonts);
}

BOOST_AUTO_TEST_CASE(a_plain_name_needs_no_embedded_font) {
  scratch dir;
  auto fonts = output_of("pdffonts " + printed(dir, a_debt()));
  BOOST_TEST(!has(fonts, "LiberationSans"), fonts);
  BOOST_TEST(std::filesystem::file_size(dir.path / "slip.pdf") <= 12'000U);
}

BOOST_AUTO_TEST_CASE(accents_behind_their_letters_are_printed_as_one) {
  scratch dir;
  auto d = a_debt();
  for (auto& [decomposed, composed] : {std::pair{"Joa\u0303o", "João"},
                                       {"Jose\u0301", "José"},
                                       {"Conceic\u0327a\u0303o", "Conceição"},
                                       {"A\u030angstro\u0308m", "Ångström"},
                                       {"S\u0327ahin", "Şahin"},
                                       {"Z\u030cizka", "Žizka"},
                                       {"O\u0308zge", "Özge"},
                                       {"n\u0303", "ñ"},
                                       {"U\u030bri", "Űri"},
                                       {"e\u0302\u0300", "e"},
                                       {"S\u0326tefan", "Ștefan"},
                                       {"x\u0303y", "xy"}}) {
    d.content.name = decomposed;
    auto text = text_of(dir, d);
    BOOST_TEST(has(text, composed), decomposed << " in " << text);
    BOOST_TEST(!has(text, "?"));
  }
}

BOOST_AUTO_TEST_CASE(a_letter_that_the_font_lacks_loses_its_accent) {
  auto plain = [](std::string_view text) { return slips::print_text(text, nullptr).bytes; };
  for (auto& [text, printed] : {std::pair{"Nguyễn", "Nguyen"},
                                {"Əliyev", "Eliyev"},
                                {"Ḥasan", "Hasan"},
                                {"Ǆ", "DZ"},
                                {"ǩ", "k"},
                                {"ﬁ", "fi"},
                                {"Ａna", "Ana"},
                                {"a‐b", "a-b"},
                                {"Ḷ", "L"},
                                {"名", "?"},
                                {"😀", "?"},
                                {"a\xff", "a?"},
                                {"Ł", "?"},
                                {"Ş", "S"},
                                {"a\nb", "a b"}})
    BOOST_TEST(plain(text) == printed, text);
  slips::letter_table table;
  auto t = slips::print_text("aŁé名", &table);
  BOOST_TEST(!t.plain);
  BOOST_TEST(t.bytes == "a\x80\x81?");
  std::string many;
  for (int i = 0; i < 300; ++i)
    many += i % 2 ? "Ł" : "ą";
  BOOST_TEST(slips::print_text(many, &table).bytes.find('?') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_same_debt_gives_the_same_bytes) {
  BOOST_TEST((*slips::render_slip_pdf(a_debt()) == *slips::render_slip_pdf(a_debt())));
}

BOOST_AUTO_TEST_CASE(a_bar_code_of_44_digits_has_405_modules) {
  auto bars = slips::itf_bars("34196166700000123451101234567880057123457000");
  BOOST_TEST(bars.back().begin + bars.back().width == slips::itf_modules);
  BOOST_TEST(bars.size() == 114U);
}

BOOST_AUTO_TEST_CASE(a_view_knows_where_a_slip_came_from) {
  auto d = a_debt();
  auto own = slips::view_slip(d);
  BOOST_TEST(!own.from_service);
  BOOST_TEST(own.barcode == domain::make_builtin_slip(d.content).barcode);
  BOOST_TEST(own.pix == *domain::builtin_pix(d.content));
  d.slip_details = R"({"pdf_url":"http://bank.example/1.pdf","pix":null,"other":1})";
  auto other = slips::view_slip(d);
  BOOST_TEST(other.from_service);
  BOOST_TEST(other.pdf_url == "http://bank.example/1.pdf");
  BOOST_TEST(other.pix == "");
  BOOST_TEST(other.nosso_numero == "");
  d.slip_details = "not json";
  BOOST_TEST(!slips::view_slip(d).from_service);
  d.linha_digitavel.clear();
  BOOST_TEST(slips::view_slip(d).barcode == "");
}

BOOST_AUTO_TEST_CASE(letters_of_no_font_and_invisible_characters_leave_no_question_mark) {
  slips::letter_table table;
  for (const auto* text :
       {"Ǥállá Ʒivka Ǯ", "ǥ ʒ ǯ", "Ƿ ƿ", "Ɛ ɛ", "Ə ə", "ẞ", "Nguyễn", "Ana\u200BLima", "\uFEFFAna",
        "Ana\u200DLima", "Ana\u2011Lima", "Ana\u2028Lima", "a\u201Fb"})
    BOOST_TEST(slips::print_text(text, &table).bytes.find('?') == std::string::npos, text);
  BOOST_TEST(slips::print_text("Ana\u200BLima", &table).bytes == "AnaLima");
  BOOST_TEST(slips::print_text("名", &table).bytes == "?");
}

BOOST_AUTO_TEST_SUITE_END()
