#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "domain/error.hpp"
#include "services/impl/mail_template.hpp"
#include "services/services.hpp"

using namespace bankslip;
using namespace bankslip::services;

BOOST_AUTO_TEST_SUITE(mail_template_test)

namespace {

struct folder {
  std::string path = "/tmp/bankslip-templates-" + std::to_string(::getpid());
  folder() { std::filesystem::create_directories(path); }
  ~folder() { std::filesystem::remove_all(path); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream{path + "/" + name} << text;
  }
};

std::string render(std::string_view text, const slips::mail_fields& f,
                   mail_template::escape how = mail_template::escape::none) {
  auto t = mail_template::parse("t", text, how);
  BOOST_REQUIRE(t);
  std::string out;
  t->render(f, out);
  return out;
}

std::string error_of(std::string_view text) {
  auto t = mail_template::parse("body.txt", text, mail_template::escape::none);
  BOOST_REQUIRE(!t);
  return domain::text_of(t.error());
}

} // namespace

BOOST_AUTO_TEST_CASE(fields_are_filled_in) {
  slips::mail_fields f;
  f.name = "João {{amount}}";
  f.amount = "R$ 1,00";
  BOOST_TEST(render("Olá {{name}}: {{amount}}.", f) == "Olá João {{amount}}: R$ 1,00.");
}

BOOST_AUTO_TEST_CASE(html_is_escaped_only_in_html) {
  slips::mail_fields f;
  f.name = "<b>\"A&B'</b>";
  BOOST_TEST(render("{{name}}", f) == f.name);
  BOOST_TEST(render("{{name}}", f, mail_template::escape::html)
             == "&lt;b&gt;&quot;A&amp;B&#39;&lt;/b&gt;");
}

BOOST_AUTO_TEST_CASE(a_part_is_left_out_when_its_field_is_empty) {
  slips::mail_fields f;
  std::string text = "a\n{{#pix}}\nPix: {{pix}}\n{{/pix}}\nb\n";
  BOOST_TEST(render(text, f) == "a\nb\n");
  f.pix = "0002";
  BOOST_TEST(render(text, f) == "a\nPix: 0002\nb\n");
}

BOOST_AUTO_TEST_CASE(mistakes_are_named_with_file_and_line) {
  BOOST_TEST(error_of("a\n{{nome}}").find("template body.txt, line 2: unknown placeholder {{nome}}")
             != std::string::npos);
  BOOST_TEST(error_of("{{name").find("not closed") != std::string::npos);
  BOOST_TEST(error_of("{{#pix}} x").find("{{#pix}} is not closed") != std::string::npos);
  BOOST_TEST(error_of("{{/pix}}").find("closes nothing") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_built_in_templates_are_right) {
  auto t = load_templates("");
  BOOST_REQUIRE(t);
  for (auto* field : {"name", "amount", "due_date", "linha_digitavel", "pix"}) {
    BOOST_TEST(t->text.shows(field));
    BOOST_TEST(t->html.shows(field));
  }
}

BOOST_AUTO_TEST_CASE(an_operator_replaces_files_one_by_one) {
  folder f;
  f.write("subject.txt", "Boleto {{debt_id}}\n");
  auto t = load_templates(f.path);
  BOOST_REQUIRE(t);
  slips::mail_fields fields;
  fields.debt_id = "8291";
  std::string out;
  t->subject.render(fields, out);
  BOOST_TEST(out == "Boleto 8291");
}

BOOST_AUTO_TEST_CASE(bad_templates_stop_the_start) {
  folder f;
  service_options o;
  o.email_url = "smtp://127.0.0.1:25";
  o.template_dir = f.path;
  BOOST_TEST(!check_options(o));
  f.write("body.html", "<p>{{name}}</p>");
  BOOST_TEST(domain::text_of(check_options(o)).find("must show {{linha_digitavel}}")
             != std::string::npos);
  o.template_dir = "/nonexistent";
  BOOST_TEST(domain::text_of(check_options(o)).find("no such folder") != std::string::npos);
  BOOST_TEST(domain::text_of(check_options(o)).find("EMAIL_TEMPLATES=/nonexistent: ")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(bad_addresses_stop_the_start_without_showing_passwords) {
  for (auto* url : {"ftp://x", "127.0.0.1:25", "http://", "http://h/?q=1"}) {
    service_options o;
    o.email_url = url;
    BOOST_TEST(domain::text_of(check_options(o)).find("EMAIL_URL") != std::string::npos);
  }
  service_options o;
  o.boleto_url = "smtp://user:secret@127.0.0.1";
  auto text = domain::text_of(check_options(o));
  BOOST_TEST(text.find("BOLETO_URL") != std::string::npos);
  BOOST_TEST(text.find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
