#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <caf/error.hpp>

#include "domain/mail_outlook.hpp"
#include "domain/time.hpp"

namespace bankslip::domain {

enum class upload_state : std::uint8_t {
  /// Bytes are still coming in.
  receiving,
  /// Answered with 201; rows are on their way.
  processing,
  /// Every accepted row has reached its end.
  done,
  /// Ended before its last byte; what was published is settled all the same.
  aborted,
};

std::string_view to_string(upload_state s) noexcept;
/// `receiving` for unknown names.
upload_state upload_state_of(std::string_view name) noexcept;

/// A file's form, which its rejected rows come back in.
struct file_form {
  /// The header line as it was in the file, without its line end; empty where nobody
  /// knows it.
  std::string header{};
  /// Stands between the fields; 0 where nobody knows it.
  char separator = 0;
};

/// Why an upload ended before its last byte; empty while it did not.
struct upload_failure {
  /// Stable, for programs: `csv_invalid`, `client_gone`, the name of an error.
  std::string code{};
  /// For people.
  std::string text{};
};

/// Whether the e-mails of an upload go out.
enum class mail_stop : std::uint8_t {
  none,
  /// Its rows wait.
  paused,
  /// Its rows stay `generated`, and are at their end.
  cancelled,
  /// They go out again, also those that were stopped.
  resumed,
};

std::string_view to_string(mail_stop s) noexcept;

/// `none` for unknown names.
mail_stop mail_stop_of(std::string_view name) noexcept;

constexpr bool is_stopped(mail_stop s) noexcept {
  return s == mail_stop::paused || s == mail_stop::cancelled;
}

/// Rows of an upload by what has become of them.
struct upload_counters {
  /// Rows that have ever got a slip.
  std::int64_t generated = 0;
  std::int64_t emailed = 0;
  std::int64_t duplicates = 0;
  std::int64_t conflicts = 0;
  std::int64_t failed = 0;
  std::int64_t in_doubt = 0;
  /// Rows with slips whose e-mails are stopped; at their end if the upload's are cancelled.
  std::int64_t held = 0;

  /// Accepted rows that have reached their end.
  std::int64_t ended() const noexcept {
    return emailed + duplicates + conflicts + failed + in_doubt;
  }
  void add_counters(const upload_counters& more) noexcept;
};

/// Names one of the counters.
struct upload_counter {
  /// In JSON and as a column.
  std::string_view name;
  /// Outcome of such a row, in metrics.
  std::string_view outcome;
  std::int64_t upload_counters::*rows;
};

/// All counters, in the order in which they are shown.
inline constexpr std::array<upload_counter, 7> each_upload_counter = {{
    {"generated", "generated", &upload_counters::generated},
    {"emailed", "emailed", &upload_counters::emailed},
    {"duplicates", "duplicate", &upload_counters::duplicates},
    {"conflicts", "conflict", &upload_counters::conflicts},
    {"failed", "failed", &upload_counters::failed},
    {"in_doubt", "in_doubt", &upload_counters::in_doubt},
    {"held", "held", &upload_counters::held},
}};

inline void upload_counters::add_counters(const upload_counters& more) noexcept {
  for (const auto& counter : each_upload_counter)
    this->*counter.rows += more.*counter.rows;
}

/// One upload with its counters.
struct upload_record : upload_counters {
  std::int64_t upload_id = 0;
  upload_state state = upload_state::receiving;
  std::int64_t bytes = 0;
  std::int64_t accepted = 0;
  std::int64_t rejected = 0;
  utc_time created_at{};
  /// When the client got its answer.
  std::optional<utc_time> received_at;
  /// When the last accepted row reached its end, the first time: rows that were
  /// retried later do not change it. Set while it is done.
  std::optional<utc_time> done_at;
  /// Why it was aborted, if it was.
  upload_failure failure;
  /// Only `find_upload` reads it.
  file_form form;
  mail_stop mail = mail_stop::none;
  /// When every accepted row had its slip, or its end without one, the first time.
  std::optional<utc_time> generated_at;
  /// Outlook of its e-mails; empty where it was not asked for.
  std::optional<mail_outlook> outlook;
};

/// A row of an upload that did not go through: rejected, conflicting, failed,
/// in doubt, or put off for a reason.
struct row_problem {
  std::int64_t row = -1;
  std::string debt_id{};
  std::string field{};
  std::string code{};
  std::string error{};
  /// A rejected row as it was in the file, byte for byte, without its line end;
  /// at most 64 KiB. Empty for all others.
  std::string raw{};
};

/// The counts and the form of an upload when its last byte was taken.
struct upload_totals {
  std::int64_t bytes = 0;
  std::int64_t accepted = 0;
  std::int64_t rejected = 0;
  file_form form{};
  /// Why it was aborted, if it was.
  upload_failure failure{};
};

/// Tells what `e` means for the upload it ended. Texts of errors inside are left to the log.
upload_failure failure_of(const caf::error& e);

/// How far an upload is that is still being received.
struct upload_so_far {
  std::int64_t upload_id = 0;
  upload_totals totals{};
};

} // namespace bankslip::domain
