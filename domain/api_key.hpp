#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crypto.hpp"

/// Keys of the API, as they stand in API_KEYS_FILE.
namespace bankslip::domain {

/// Who may call an operation: everybody, or who has a key with that scope.
enum class scope : std::uint8_t {
  open,
  /// Brings debts in.
  ingest,
  /// Reads debts and uploads.
  read,
  /// Mends and watches: retry, resolve, metrics, actors.
  ops,
};

std::string_view to_string(scope s);

/// A set of scopes that keys have.
class scope_set {
public:
  void add(scope s) noexcept { bits_ |= bit(s); }
  bool contains(scope s) const noexcept { return (bits_ & bit(s)) != 0; }
  bool empty() const noexcept { return bits_ == 0; }
  bool operator==(const scope_set&) const = default;
  /// "ingest,read"
  std::string names() const;

private:
  static std::uint8_t bit(scope s) noexcept { return static_cast<std::uint8_t>(1u << int(s)); }
  std::uint8_t bits_ = 0;
};

/// Reads "ingest,read"; nothing where a name is none of `scope_names`.
std::optional<scope_set> parse_scopes(std::string_view names);
constexpr std::string_view scope_names = "ingest, read or ops, with commas between them";

/// A key. The key's own text is nowhere kept.
struct api_key {
  /// The client's name in logs, metrics and the audit. Unique in a file.
  std::string name;
  /// SHA-256 of the key.
  sha256_digest digest{};
  scope_set scopes;
  /// Requests a second, with as many at once after a rest; 0: any number.
  std::uint32_t requests_a_second = 0;
  /// Rows that may come in on one Brazilian day; 0: any number.
  std::int64_t rows_a_day = 0;
};

/// 1 to 64 of letters, digits, '.', '_' and '-'.
bool is_api_key_name(std::string_view name) noexcept;
constexpr std::string_view api_key_name_rule = "1 to 64 letters, digits, '.', '_' or '-'";

/// Reads a file's text into `keys`: a key on each line, as `format_api_key` writes it;
/// blank lines and those that begin with '#' are passed over. Answers the line's number,
/// what is wrong with it and what is allowed, but nothing of what may be a secret; empty:
/// all is well. A file without a key is wrong too.
std::string parse_api_keys(std::string_view text, std::vector<api_key>& keys);

/// `name sha256 scopes`, then `rate=` and `rows=` where there are limits. No line end.
std::string format_api_key(const api_key& key);

/// Makes the text of a new key: "bsk_" and 256 random bits.
std::string new_api_key();

} // namespace bankslip::domain
