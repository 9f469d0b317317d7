#include "kafka/impl/headers.hpp"

#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

#include "domain/text/parse.hpp"
#include "domain/trace.hpp"

namespace bankslip::kafka::impl {

namespace {

void add_text(rd_kafka_headers_t* headers, std::string_view name, std::string_view value) {
  rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), value.data(),
                      static_cast<ssize_t>(value.size()));
}

void add_number(rd_kafka_headers_t* headers, std::string_view name, std::int64_t value) {
  char digits[20];
  auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  add_text(headers, name, {digits, static_cast<std::size_t>(end - digits)});
}

std::optional<std::int64_t> read_number(std::string_view text) noexcept {
  return text.starts_with('-') ? std::nullopt : domain::parse_whole<std::int64_t>(text);
}

} // namespace

headers_ptr make_headers(const domain::outbound_batch& batch, const domain::outbound_record& r) {
  const auto index = static_cast<std::size_t>(&r - batch.records.data());
  const auto* trace = batch.traces.empty() ? nullptr : &batch.traces.at(index);
  if (trace && trace->empty())
    trace = nullptr;
  auto count = (batch.upload_id != 0 ? 2 : 0) + (batch.stored ? 1 : 0) + (trace ? 1 : 0)
               + batch.headers.size();
  if (count == 0)
    return nullptr;
  headers_ptr headers{rd_kafka_headers_new(count)};
  if (batch.upload_id != 0) {
    add_number(headers.get(), "upload_id", batch.upload_id);
    if (r.row >= 0)
      add_number(headers.get(), "row", r.row);
  }
  if (batch.stored)
    add_number(headers.get(), "stored", 1);
  if (trace)
    add_text(headers.get(), domain::traceparent, *trace);
  for (const auto& h : batch.headers)
    add_text(headers.get(), h.name, h.value);
  return headers;
}

record_facts read_headers(const rd_kafka_message_t& message) {
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return {};
  std::optional<std::int64_t> upload_id;
  std::optional<std::int64_t> row;
  record_facts facts;
  const char* name = nullptr;
  const void* bytes = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(headers, i, &name, &bytes, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    std::string_view value{static_cast<const char*>(bytes), bytes == nullptr ? 0 : size};
    if (std::strcmp(name, "upload_id") == 0)
      upload_id = read_number(value);
    else if (std::strcmp(name, "row") == 0)
      row = read_number(value);
    else if (std::strcmp(name, "stored") == 0)
      facts.stored = value == "1";
    else
      facts.foreign.push_back({name, std::string{value}});
  }
  if (upload_id && row && *upload_id > 0)
    facts.from = {*upload_id, *row};
  return facts;
}

} // namespace bankslip::kafka::impl
