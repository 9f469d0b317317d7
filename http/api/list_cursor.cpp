#include "http/api/list_cursor.hpp"

#include <utility>

#include "domain/text/hex.hpp"
#include "http/api/query_values.hpp"

namespace bankslip::http {

namespace {

constexpr std::size_t longest_cursor = 4096;

/// The text of a cursor.
std::optional<std::string> text_of(std::string_view cursor) {
  return cursor.size() > longest_cursor ? std::nullopt : domain::from_hex(cursor);
}

/// "12:rest" as both; nothing for a negative number or none.
std::optional<std::pair<std::int64_t, std::string_view>> split_number(std::string_view text) {
  const auto colon = text.find(':');
  const auto n = domain::parse_whole<std::int64_t>(text.substr(0, colon));
  if (colon == std::string_view::npos || !n || *n < 0)
    return std::nullopt;
  return std::pair{*n, text.substr(colon + 1)};
}

} // namespace

std::string debt_cursor(domain::list_order order, const domain::list_position& at) {
  return domain::to_hex(order == domain::list_order::by_id
                            ? "i" + at.debt_id
                            : "r" + std::to_string(at.row) + ":" + at.debt_id);
}

std::optional<domain::list_position> read_debt_cursor(domain::list_order order,
                                                      std::string_view cursor) {
  auto text = text_of(cursor);
  const bool by_id = order == domain::list_order::by_id;
  if (!text || !text->starts_with(by_id ? 'i' : 'r'))
    return std::nullopt;
  text->erase(0, 1);
  if (by_id)
    return domain::list_position{0, std::move(*text)};
  const auto parts = split_number(*text);
  if (!parts)
    return std::nullopt;
  return domain::list_position{parts->first, std::string{parts->second}};
}

std::string offset_cursor(const std::map<std::int32_t, std::int64_t>& at) {
  std::string text;
  for (const auto& [partition, offset] : at)
    text += std::to_string(partition) + ":" + std::to_string(offset) + ",";
  return domain::to_hex(text);
}

std::optional<std::map<std::int32_t, std::int64_t>> read_offset_cursor(std::string_view cursor) {
  const auto text = text_of(cursor);
  if (!text || text->empty())
    return std::nullopt;
  std::map<std::int32_t, std::int64_t> out;
  for (std::string_view rest{*text}; !rest.empty();) {
    const auto end = rest.find(',');
    const auto parts = split_number(rest.substr(0, end));
    const auto offset = parts ? domain::parse_whole<std::int64_t>(parts->second) : std::nullopt;
    if (end == std::string_view::npos || !offset || *offset < 0 || parts->first > INT32_MAX)
      return std::nullopt;
    out[static_cast<std::int32_t>(parts->first)] = *offset;
    rest.remove_prefix(end + 1);
  }
  return out;
}

} // namespace bankslip::http
