#pragma once

#include <array>
#include <charconv>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "domain/error.hpp"
#include "persistence/impl/pq_connection.hpp"
#include "persistence/impl/text_result.hpp"

namespace bankslip::persistence {

/// A value as a parameter in text form.
inline std::optional<std::string> text_param(std::string_view text) { return std::string{text}; }
inline std::optional<std::string> text_param(std::integral auto number) {
  return std::to_string(number);
}
inline std::optional<std::string> text_param(double number) {
  std::array<char, 32> text{};
  return std::string{text.data(),
                     std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

inline std::optional<std::string> text_param(std::chrono::milliseconds span) {
  return text_param(span.count());
}

/// A transaction of several statements. A statement that fails throws, which
/// `debt_store_connection::transaction` turns into its error.
class text_transaction {
public:
  text_transaction(pq_connection& connection, std::string_view what)
      : connection_{connection}, what_{what} {}

  /// Runs one statement with parameters $1, $2 …
  template <class... Ts>
  text_result run(const std::string& text, const Ts&... values) {
    return exec(text, {text_param(values)...});
  }
  /// `text` as a literal.
  std::string quote(std::string_view text) const;

private:
  friend class debt_store_connection;
  text_result exec(const std::string& text, binary_params params);
  caf::error commit();

  pq_connection& connection_;
  std::string_view what_;
  bool begun_ = false;
};

/// A connection of the stores for single debts, uploads and what belongs to them, whose
/// statements are in text form. Connects when it is needed. One thread.
class debt_store_connection {
public:
  explicit debt_store_connection(const postgres_options& options)
      : connection_{options, session_kind::store} {}

  /// Runs `work` in a transaction, which is committed unless it answers an error.
  /// A failure of PostgreSQL becomes an error whose text says that one "cannot
  /// `what`".
  caf::error transaction(std::string_view what,
                         const std::function<caf::error(text_transaction&)>& work);

  /// Runs one statement in a transaction of its own.
  template <class... Ts>
  caf::expected<text_result> statement(std::string_view what, const std::string& text,
                                       const Ts&... values) {
    return run(what, {"", text, wire_form::text}, {text_param(values)...});
  }
  /// The same of one that lives as long as the process, and is prepared by its name.
  template <class... Ts>
  caf::expected<text_result> statement(std::string_view what, const persistence::statement& s,
                                       const Ts&... values) {
    return run(what, s, {text_param(values)...});
  }

  /// Does the same with a statement whose rows say nothing.
  template <class Text, class... Ts>
  caf::error execute(std::string_view what, const Text& text, const Ts&... values) {
    const auto r = statement(what, text, values...);
    return r ? caf::error{} : r.error();
  }

private:
  caf::expected<text_result> run(std::string_view what, const persistence::statement& s,
                                 binary_params params);

  pq_connection connection_;
};

} // namespace bankslip::persistence
