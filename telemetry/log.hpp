#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

/// Logs: one JSON object a line on standard error (or plain text for a
/// terminal), with fields by name. Thread-safe; never throws.
namespace bankslip::telemetry {

enum class log_level { trace, debug, info, warn, error, off };
enum class log_format { json, plain };

struct log_options {
  log_level level = log_level::info;
  log_format format = log_format::json;
};

/// To be called once at the start; before it, info and plain.
void init_log(const log_options& options);

/// A named value of a log line. Usual names: upload_id, debt_id, partition,
/// offset, actor, error.
struct log_field {
  std::string_view name;
  std::variant<std::string_view, std::int64_t> value;

  log_field(std::string_view n, std::string_view v) : name{n}, value{v} {}
  log_field(std::string_view n, const std::string& v) : name{n}, value{std::string_view{v}} {}
  log_field(std::string_view n, const char* v) : name{n}, value{std::string_view{v}} {}
  template <class T>
  requires std::is_integral_v<T> log_field(std::string_view n, T v)
      : name{n}, value{static_cast<std::int64_t>(v)} {}
};

void log(log_level level, std::string_view message, std::initializer_list<log_field> fields = {});

inline void log_info(std::string_view m, std::initializer_list<log_field> f = {}) {
  log(log_level::info, m, f);
}
inline void log_warn(std::string_view m, std::initializer_list<log_field> f = {}) {
  log(log_level::warn, m, f);
}
inline void log_error(std::string_view m, std::initializer_list<log_field> f = {}) {
  log(log_level::error, m, f);
}
inline void log_debug(std::string_view m, std::initializer_list<log_field> f = {}) {
  log(log_level::debug, m, f);
}

/// Adds a field to every line that its thread logs while it lives. The value must
/// live as long. Scopes end in the opposite order of their beginning.
class log_scope {
public:
  explicit log_scope(log_field field) noexcept;
  ~log_scope();
  log_scope(const log_scope&) = delete;
  log_scope& operator=(const log_scope&) = delete;

  const log_field& field() const noexcept { return field_; }
  /// The scope around this one; null where there is none.
  const log_scope* outer() const noexcept { return outer_; }

private:
  log_field field_;
  const log_scope* outer_;
};

/// Returns a government id as the log may show it, by its last two characters: "***68".
std::string mask_document(std::string_view id);

} // namespace bankslip::telemetry
