#include "kafka/impl/message_handler.hpp"

#include <algorithm>

#include "kafka/impl/json_decode.hpp"

namespace bankslip::kafka::impl {

namespace {

enum field : std::size_t { name, government_id, email, debt_amount, debt_due_date, debt_id };

constexpr std::array<std::string_view, 6> field_names = {"name",        "government_id", "email",
                                                         "debt_amount", "debt_due_date", "debt_id"};

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
  if (field_ == debt_amount)
    add_problem(field_names[field_], "must be a number or text");
  else
    add_problem(field_names[field_], "must be text");
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
  if (at_member() && (field_ == debt_amount || (field_ == government_id && is_whole(number)))) {
    take(number);
    if (field_ == debt_amount)
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
  auto i = std::find(field_names.begin(), field_names.end(), std::string_view{text, size});
  field_ = static_cast<std::size_t>(i - field_names.begin());
  if (field_ != none) {
    if (seen_[field_])
      add_problem(*i, "given twice");
    seen_[field_] = true;
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
  for (std::size_t i = 0; i < field_count; ++i)
    if (!seen_[i])
      add_problem(field_names[i], "missing");
  raw.name = values_[name];
  raw.government_id = values_[government_id];
  raw.email = values_[email];
  raw.debt_amount = values_[debt_amount];
  raw.debt_due_date = values_[debt_due_date];
  raw.debt_id = values_[debt_id];
  raw.form = form_;
  return problems_.empty();
}

} // namespace bankslip::kafka::impl
