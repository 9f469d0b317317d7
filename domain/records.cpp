#include "domain/records.hpp"

#include "domain/trace.hpp"

#include <utility>

namespace bankslip::domain {

namespace {

std::uint32_t append(std::string& buffer, std::string_view bytes) {
  if (bytes.data() == nullptr)
    return null_text;
  auto begin = static_cast<std::uint32_t>(buffer.size());
  buffer.append(bytes);
  return begin;
}

} // namespace

void outbound_batch::add(std::string_view key, std::string_view value, std::int64_t row) {
  outbound_record r;
  r.key_begin = append(buffer, key);
  r.key_size = static_cast<std::uint32_t>(key.size());
  r.value_begin = append(buffer, value);
  r.value_size = static_cast<std::uint32_t>(value.size());
  r.row = row;
  records.push_back(r);
}

void inbound_batch::add(std::int64_t offset, std::string_view key, std::string_view value,
                        origin from, bool stored) {
  inbound_record r;
  r.offset = offset;
  r.key_begin = append(buffer, key);
  r.key_size = static_cast<std::uint32_t>(key.size());
  r.value_begin = append(buffer, value);
  r.value_size = static_cast<std::uint32_t>(value.size());
  r.from = from;
  r.stored = stored;
  records.push_back(r);
}

std::string_view inbound_batch::trace(const inbound_record& r) const noexcept {
  if (foreign_headers.empty())
    return {};
  const auto all = foreign_headers.find(r.offset);
  if (all != foreign_headers.end())
    for (const auto& h : all->second)
      if (h.name == traceparent && is_traceparent(h.value))
        return h.value;
  return {};
}

void inbound_batch::add_headers(std::int64_t offset, std::vector<record_header> headers) {
  for (const auto& h : headers)
    header_bytes += h.name.size() + h.value.size();
  foreign_headers.emplace(offset, std::move(headers));
}

} // namespace bankslip::domain
