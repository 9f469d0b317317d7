#include "kafka/impl/json_decode.hpp"

#include <string>

#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include "domain/error.hpp"
#include "domain/validation.hpp"
#include "kafka/impl/message_handler.hpp"
#include "kafka/impl/plain_message.hpp"

namespace bankslip::kafka::impl {

namespace {

using domain::errc;
using domain::make_error;

/// Numbers stay text, since money never becomes a double. Iterative, since a
/// recursive parser dies of a million '['. Encoding is checked before, in a
/// fraction of the time that the parser's own check takes.
constexpr unsigned parse_flags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag
                                 | rapidjson::kParseNumbersAsStringsFlag;

/// Scratch above this size is given back after the message.
constexpr std::size_t kept_scratch = 64 * 1024;

/// What one thread reuses from message to message.
struct workspace {
  std::string text;
  rapidjson::Reader reader;
};

caf::error refuse(const std::string& problem) { return make_error(errc::invalid_input, problem); }

std::string describe(const rapidjson::ParseResult& result) {
  return "message: malformed JSON at byte " + std::to_string(result.Offset()) + ": "
         + rapidjson::GetParseError_En(result.Code());
}

caf::error check_fields(const domain::raw_debt& raw, domain::debt& out) {
  auto errors = domain::validate(raw, out);
  if (errors.empty())
    return {};
  std::string text;
  for (const auto& e : errors) {
    if (!text.empty())
      text += "; ";
    text += e.field + ": " + e.message;
  }
  return refuse(text);
}

caf::error parse(workspace& space, domain::debt& out) {
  rapidjson::InsituStringStream stream{space.text.data()};
  message_handler handler;
  auto result = space.reader.Parse<parse_flags>(stream, handler);
  if (result.Code() == rapidjson::kParseErrorTermination)
    return refuse(handler.problems());
  if (result.IsError())
    return refuse(describe(result));
  domain::raw_debt raw;
  if (!handler.finish(raw))
    return refuse(handler.problems());
  return check_fields(raw, out);
}

} // namespace

caf::error read_message(std::string_view json, domain::debt& out) {
  // A good debt has no bytes but UTF-8; what is wrong with others the parser says.
  if (domain::raw_debt raw; cut_plain_message(json, raw) && domain::validate(raw, out).empty())
    return {};
  if (json.empty())
    return refuse("message: empty");
  // The parser would take a NUL for the end of the text.
  if (!domain::is_clean_utf8(json))
    return refuse("message: must be UTF-8 without NUL");
  thread_local workspace space;
  space.text.assign(json);
  auto error = parse(space, out);
  if (space.text.capacity() > kept_scratch)
    space.text = {};
  return error;
}

} // namespace bankslip::kafka::impl
