#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>

#include <rapidjson/reader.h>

#include "domain/debt_fields.hpp"

namespace bankslip::kafka::impl {

/// Takes the six members of a message from RapidJSON's events; views into the
/// parsed text, which is unescaped in place. Members of nested values and unknown
/// members are passed over, but no key of the message may stand there twice.
class message_handler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, message_handler> {
public:
  /// true, false, null.
  bool Default();
  bool RawNumber(const char* text, rapidjson::SizeType size, bool);
  bool String(const char* text, rapidjson::SizeType size, bool);
  bool Key(const char* text, rapidjson::SizeType size, bool);
  bool StartObject();
  bool EndObject(rapidjson::SizeType);
  bool StartArray();
  bool EndArray(rapidjson::SizeType);

  /// Fills `raw`; false where a member is missing, twice there or of the wrong
  /// kind: `problems` says so.
  bool finish(domain::raw_debt& raw);

  /// "field: message; field: message".
  const std::string& problems() const noexcept { return problems_; }

private:
  static constexpr std::size_t field_count = domain::debt_fields.size();
  static constexpr std::size_t none = field_count;

  bool at_member() const noexcept { return depth_ == 1 && field_ != none; }
  bool open();
  void take(std::string_view text);
  void add_problem(std::string_view field, std::string_view message);
  void refuse_kind();

  std::array<std::string_view, field_count> values_;
  std::array<bool, field_count> seen_{};
  std::unordered_set<std::string_view> others_;
  domain::amount_form form_ = domain::amount_form::point;
  std::string problems_;
  std::size_t field_ = none;
  int depth_ = 0;
};

} // namespace bankslip::kafka::impl
