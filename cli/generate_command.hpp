#pragma once

#include <cstdint>
#include <string>

namespace bankslip::cli {

/// The options of `bankslip generate`, which writes a CSV file of invented debts.
struct generate_options {
  /// Data rows of the file.
  std::int64_t rows = 100'000;
  /// The same seed gives the same debts; another one shares no debt id.
  std::uint64_t seed = 1;
  /// Path of the file; "-" is standard output.
  std::string out;
  /// So many of 100 rows repeat an earlier row of the file, word for word.
  /// 0 to 99.
  int duplicates_percent = 0;
  /// Number of the first debt in the endless series of the seed, so that two
  /// files of one seed can share debts or not.
  std::int64_t start_id = 0;
};

/// Makes the rows one after the other. Every row passes validation. One thread.
class row_generator {
public:
  explicit row_generator(const generate_options& options);

  static void append_header(std::string& out);

  /// Appends row `index` of the file, with its line end.
  void append_row(std::string& out, std::int64_t index) const;

private:
  /// Number of rows below `index` that repeat others.
  std::int64_t duplicates_before(std::int64_t index) const noexcept;
  void append_debt(std::string& out, std::uint64_t id) const;

  std::uint64_t key_;
  std::int64_t duplicates_percent_;
  std::int64_t start_id_;
};

/// Writes the file. Answers the exit status; an error goes to standard error.
int run_generate(const generate_options& options);

} // namespace bankslip::cli
