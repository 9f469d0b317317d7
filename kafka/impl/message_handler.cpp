#include "kafka/impl/message_handler.hpp"

#include <algorithm>

#include "kafka/impl/json_decode.hpp"

namespace bankslip::kafka::impl {

namespace {

using domain::amount_field;
using domain::debt_fields;

constexpr auto government_id = domain::find_debt_field("government_id");

bool is_whole(std::string_view number) noexcept {
  return std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

void message_handler::add_problem(std::string_view field, std::string_view message) {
  if (!problems_.empty())
    problems_ += "; ";
  problems_ += field;
  problems_ += ": ";
  problems_ += message;
}

void message_handler::refuse_kind() {
  add_problem(debt_fields[field_].name,
              field_ == amount_field ? "must be a number or text" : "must be text");
}

void message_handler::take(std::string_view text) { values_[field_] = text; }

bool message_handler::Default() {
  if (depth_ == 0) {
    add_problem("message", "must be a JSON object");
    return false;
  }
  if (at_member())
    refuse_kind();
  return true;
}

bool message_handler::RawNumber(const char* text, rapidjson::SizeType size, bool) {
  std::string_view number{text, size};
  if (at_member() && (field_ == amount_field || (field_ == government_id && is_whole(number)))) {
    take(number);
    if (field_ == amount_field)
      form_ = domain::amount_form::json_number;
    return true;
  }
  return Default();
}

bool message_handler::String(const char* text, rapidjson::SizeType size, bool) {
  if (depth_ == 0)
    return Default();
  if (at_member())
    take({text, size});
  return true;
}

bool message_handler::Key(const char* text, rapidjson::SizeType size, bool) {
  if (depth_ != 1)
    return true;
  field_ = domain::find_debt_field({text, size});
  if (field_ != none) {
    if (seen_[field_])
      add_problem(debt_fields[field_].name, "given twice");
    seen_[field_] = true;
  } else if (!others_.insert({text, size}).second) {
    add_problem("message", "has a key twice");
    return false;
  }
  return true;
}

bool message_handler::open() {
  if (at_member())
    refuse_kind();
  if (++depth_ <= max_json_depth)
    return true;
  problems_.clear();
  add_problem("message", "nested deeper than " + std::to_string(max_json_depth) + " levels");
  return false;
}

bool message_handler::StartObject() { return open(); }

bool message_handler::EndObject(rapidjson::SizeType) {
  --depth_;
  return true;
}

bool message_handler::StartArray() { return depth_ == 0 ? Default() : open(); }

bool message_handler::EndArray(rapidjson::SizeType) {
  --depth_;
  return true;
}

bool message_handler::finish(domain::raw_debt& raw) {
  for (std::size_t i = 0; i < field_count; ++i) {
    if (!seen_[i])
      add_problem(debt_fields[i].name, "missing");
    raw.*debt_fields[i].given = values_[i];
  }
  raw.form = form_;
  return problems_.empty();
}

} // namespace bankslip::kafka::impl
