#include "services/impl/mail_template.hpp"

#include <algorithm>
#include <array>

namespace bankslip::services {

namespace {

struct named_field {
  std::string_view name;
  std::string slips::mail_fields::*value;
};

constexpr std::array<named_field, 8> all_fields{{
    {"name", &slips::mail_fields::name},
    {"debt_id", &slips::mail_fields::debt_id},
    {"amount", &slips::mail_fields::amount},
    {"due_date", &slips::mail_fields::due_date},
    {"linha_digitavel", &slips::mail_fields::linha_digitavel},
    {"pix", &slips::mail_fields::pix},
    {"nosso_numero", &slips::mail_fields::nosso_numero},
    {"pdf_url", &slips::mail_fields::pdf_url},
}};

std::string slips::mail_fields::*find_field(std::string_view name) {
  for (auto& f : all_fields)
    if (f.name == name)
      return f.value;
  return nullptr;
}

void append_html(std::string& out, std::string_view text) {
  for (char c : text) {
    switch (c) {
      case '&':
        out.append("&amp;");
        break;
      case '<':
        out.append("&lt;");
        break;
      case '>':
        out.append("&gt;");
        break;
      case '"':
        out.append("&quot;");
        break;
      case '\'':
        out.append("&#39;");
        break;
      default:
        out.push_back(c);
    }
  }
}

} // namespace

struct mail_template::parser {
  std::string_view file;
  std::string_view all;
  mail_template out;
  std::vector<std::string_view> open;
  std::size_t at = 0;

  caf::error bad(std::size_t where, const std::string& what) const {
    auto line = 1 + std::count(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(where), '\n');
    return domain::make_error(domain::errc::invalid_input, "template " + std::string{file}
                                                               + ", line " + std::to_string(line)
                                                               + ": " + what);
  }

  void add_text(std::string_view text) {
    if (!text.empty())
      out.steps_.push_back({kind::text, std::string{text}});
  }

  /// Takes the line end after a mark that stands alone on its line.
  void skip_line_end(std::size_t mark) {
    bool at_start = mark == 0 || all[mark - 1] == '\n' || all[mark - 1] == '}';
    if (at_start && at < all.size() && all[at] == '\n')
      ++at;
  }

  caf::error add_mark(std::size_t mark, std::string_view name) {
    if (name.starts_with('/')) {
      if (open.empty() || open.back() != name.substr(1))
        return bad(mark, "{{" + std::string{name} + "}} closes nothing");
      open.pop_back();
      out.steps_.push_back({kind::end_part, {}});
      skip_line_end(mark);
      return {};
    }
    bool part = name.starts_with('#');
    auto field = find_field(part ? name.substr(1) : name);
    if (!field)
      return bad(mark,
                 "unknown placeholder {{" + std::string{name} + "}}; known are " + known_fields());
    out.steps_.push_back({part ? kind::begin_part : kind::value, {}, field});
    if (part) {
      open.push_back(name.substr(1));
      skip_line_end(mark);
    }
    return {};
  }

  static std::string known_fields() {
    std::string names;
    for (auto& f : all_fields)
      names.append(names.empty() ? "" : ", ").append(f.name);
    return names;
  }

  caf::error run() {
    for (;;) {
      auto mark = all.find("{{", at);
      add_text(all.substr(at, mark - at));
      if (mark == std::string_view::npos)
        break;
      auto end = all.find("}}", mark);
      if (end == std::string_view::npos)
        return bad(mark, "{{ is not closed");
      at = end + 2;
      if (auto e = add_mark(mark, all.substr(mark + 2, end - mark - 2)))
        return e;
    }
    if (!open.empty())
      return bad(all.size(), "{{#" + std::string{open.back()} + "}} is not closed");
    return {};
  }
};

caf::expected<mail_template> mail_template::parse(std::string_view file, std::string_view text,
                                                  escape how) {
  parser p{file, text, {}, {}};
  p.out.escape_ = how;
  if (auto e = p.run())
    return e;
  return std::move(p.out);
}

void mail_template::render(const slips::mail_fields& fields, std::string& out) const {
  // Depth of parts under the outermost one that is left out; 0 = shown.
  int hidden = 0;
  for (auto& s : steps_) {
    if (s.what == kind::begin_part)
      hidden += hidden > 0 || (fields.*s.value).empty();
    else if (s.what == kind::end_part)
      hidden -= hidden > 0;
    else if (hidden > 0)
      continue;
    else if (s.what == kind::text)
      out.append(s.text);
    else if (escape_ == escape::html)
      append_html(out, fields.*s.value);
    else
      out.append(fields.*s.value);
  }
}

bool mail_template::shows(std::string_view name) const {
  auto wanted = find_field(name);
  return std::any_of(steps_.begin(), steps_.end(),
                     [&](auto& s) { return s.what == kind::value && s.value == wanted; });
}

} // namespace bankslip::services
