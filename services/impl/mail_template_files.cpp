#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <stdexcept>

#include <mail_templates.hpp>

#include "domain/error.hpp"
#include "domain/validation.hpp"
#include "services/impl/mail_template.hpp"

namespace bankslip::services {

namespace {

constexpr std::uintmax_t max_template_bytes = 256 * 1024;

caf::error bad(const std::string& file, const std::string& what) {
  return domain::make_error(domain::errc::invalid_input, "template " + file + ": " + what);
}

caf::expected<std::string> read_file(const std::string& path) {
  std::error_code ec;
  auto size = std::filesystem::file_size(path, ec);
  if (ec)
    return bad(path, ec.message());
  if (size > max_template_bytes)
    return bad(path, "longer than 256 KiB");
  std::ifstream in{path, std::ios::binary};
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (!in || !bytes)
    return bad(path, "cannot be read");
  if (!domain::is_clean_utf8(bytes.str()))
    return bad(path, "must be UTF-8 text");
  return bytes.str();
}

std::string built_in(std::string_view name) {
  for (auto& t : ::mail_templates)
    if (name == t.name)
      return t.text;
  return {};
}

caf::expected<mail_template> load(const std::string& folder, const std::string& name,
                                  mail_template::escape how) {
  auto path = folder.empty() ? name : folder + "/" + name;
  std::string text;
  if (!folder.empty() && std::filesystem::exists(path)) {
    auto read = read_file(path);
    if (!read)
      return read.error();
    text = std::move(*read);
  } else {
    text = built_in(name);
  }
  while (name == "subject.txt" && (text.ends_with('\n') || text.ends_with('\r')))
    text.pop_back();
  if (text.empty())
    return bad(path, "is empty");
  return mail_template::parse(path, text, how);
}

} // namespace

caf::expected<mail_templates> load_templates(const std::string& folder) {
  if (!folder.empty() && !std::filesystem::is_directory(folder))
    return bad(folder, "no such folder");
  auto subject = load(folder, "subject.txt", mail_template::escape::none);
  if (!subject)
    return subject.error();
  auto text = load(folder, "body.txt", mail_template::escape::none);
  if (!text)
    return text.error();
  auto html = load(folder, "body.html", mail_template::escape::html);
  if (!html)
    return html.error();
  for (auto* body : {&*text, &*html})
    if (!body->shows("linha_digitavel"))
      return bad(folder + (body == &*text ? "/body.txt" : "/body.html"),
                 "must show {{linha_digitavel}}");
  return mail_templates{std::move(*subject), std::move(*text), std::move(*html)};
}

shared_mail_templates shared_templates(const std::string& folder) {
  static std::mutex mutex;
  static std::map<std::string, shared_mail_templates> all;
  std::lock_guard guard{mutex};
  auto& found = all[folder];
  if (!found) {
    auto loaded = load_templates(folder);
    if (!loaded)
      throw std::runtime_error{domain::text_of(loaded.error())};
    found = std::make_shared<const mail_templates>(std::move(*loaded));
  }
  return found;
}

} // namespace bankslip::services
