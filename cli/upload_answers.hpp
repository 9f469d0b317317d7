#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bankslip::cli {

/// The answer of the API about one upload.
struct upload_status {
  std::int64_t upload_id = 0;
  std::string state;
  std::string created_at;
  std::int64_t accepted = 0;
  std::int64_t rejected = 0;
  std::int64_t generated = 0;
  std::int64_t emailed = 0;
  std::int64_t duplicates = 0;
  std::int64_t conflicts = 0;
  std::int64_t failed = 0;
  std::int64_t in_doubt = 0;
  /// Why it was aborted, as a code and as a text; empty while it was not.
  std::string failure_code;
  std::string failure;

  /// Accepted rows that have reached their end.
  std::int64_t settled() const noexcept {
    return emailed + duplicates + conflicts + failed + in_doubt;
  }
  friend bool operator==(const upload_status&, const upload_status&) = default;
};

/// The answer to the POST of a file.
struct taken_upload {
  std::int64_t upload_id = 0;
  std::int64_t accepted = 0;
  std::int64_t rejected = 0;
  /// "row 3, debtAmount: amount must be …", the first few.
  std::vector<std::string> failed_rows;
};

/// Reads the beginning of `errors.csv` into lines for people: "row 3,
/// debtAmount: amount must be …". At most `most`.
std::vector<std::string> read_errors(const std::string& csv, std::size_t most);

/// Each reads a JSON answer; nothing when it is not what it should be.
std::optional<upload_status> read_upload(const std::string& json);
std::vector<upload_status> read_uploads(const std::string& json);
std::optional<taken_upload> read_taken(const std::string& json, std::size_t most_rows);

/// The text of `detail`, or of its entries; the body itself when it has none.
std::string read_detail(const std::string& json);

} // namespace bankslip::cli
