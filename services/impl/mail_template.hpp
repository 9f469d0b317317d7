#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <caf/expected.hpp>

#include "slips/printed_fields.hpp"

namespace bankslip::services {

/// Text with placeholders: `{{name}}` stands for a field of `slips::mail_fields`,
/// `{{#pix}} … {{/pix}}` for a part that is left out when the field is empty.
/// A line that holds nothing but such a mark disappears. Immutable.
class mail_template {
public:
  enum class escape { none, html };

  /// `invalid_input` names `file`, the line and what is wrong there: an
  /// unknown field, a placeholder or part that is not closed.
  static caf::expected<mail_template> parse(std::string_view file, std::string_view text,
                                            escape how);

  /// Appends the text with `fields` filled in.
  void render(const slips::mail_fields& fields, std::string& out) const;

  /// Whether the text shows this field.
  bool shows(std::string_view field) const;

private:
  using field = std::string slips::mail_fields::*;

  enum class kind { text, value, begin_part, end_part };

  struct step {
    kind what;
    std::string text;
    field value = nullptr;
  };

  struct parser;

  std::vector<step> steps_;
  escape escape_ = escape::none;
};

/// The three templates of a message.
struct mail_templates {
  mail_template subject;
  mail_template text;
  mail_template html;
};

/// Reads subject.txt, body.txt and body.html of `folder`; a file that is not
/// there, or an empty `folder`, gives the built-in one. Both bodies must show
/// linha_digitavel. `invalid_input` names the file.
caf::expected<mail_templates> load_templates(const std::string& folder);

using shared_mail_templates = std::shared_ptr<const mail_templates>;

/// The templates of `folder`, read once in the process. Throws when they
/// cannot be read, which `check_options` finds first. Thread-safe.
shared_mail_templates shared_templates(const std::string& folder);

} // namespace bankslip::services
