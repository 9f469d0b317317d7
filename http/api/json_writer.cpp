#include "http/api/json_writer.hpp"

#include "domain/text/utf8.hpp"

namespace bankslip::http {

json_writer& json_writer::text(std::string_view value) {
  if (domain::is_clean_utf8(value))
    return done(writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size())));
  const auto clean = domain::clean_utf8(value);
  return done(writer_.String(clean.data(), static_cast<rapidjson::SizeType>(clean.size())));
}

} // namespace bankslip::http
