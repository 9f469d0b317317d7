#pragma once

#include <charconv>
#include <concepts>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <libpq-fe.h>

/// Results in PostgreSQL's text form. Rows and fields live as long as their result.
namespace bankslip::persistence {

class text_field {
public:
  text_field(const PGresult* of, int row, int column) : of_{of}, row_{row}, column_{column} {}

  bool is_null() const { return PQgetisnull(of_, row_, column_) == 1; }
  /// Empty where it is null.
  const char* c_str() const { return PQgetvalue(of_, row_, column_); }
  std::string_view view() const {
    return {c_str(), static_cast<std::size_t>(PQgetlength(of_, row_, column_))};
  }

  /// Reads a number, a boolean or a text; throws where it is none.
  template <class T>
  T as() const {
    if constexpr (std::same_as<T, bool>) {
      return view() == "t";
    } else if constexpr (std::integral<T> || std::floating_point<T>) {
      T n{};
      const auto text = view();
      const auto* end = text.data() + text.size();
      if (!text.empty() && std::from_chars(text.data(), end, n).ptr == end)
        return n;
      throw std::runtime_error("'" + std::string{view()} + "' is no number");
    } else {
      return T{view()};
    }
  }

private:
  const PGresult* of_;
  int row_;
  int column_;
};

class text_row {
public:
  text_row(const PGresult* of, int row) : of_{of}, row_{row} {}
  text_field operator[](int column) const { return {of_, row_, column}; }
  int size() const { return PQnfields(of_); }

private:
  const PGresult* of_;
  int row_;
};

class text_result {
public:
  class iterator {
  public:
    iterator(const PGresult* of, int row) : of_{of}, row_{row} {}
    text_row operator*() const { return {of_, row_}; }
    iterator& operator++() {
      ++row_;
      return *this;
    }
    bool operator==(const iterator& other) const { return row_ == other.row_; }

  private:
    const PGresult* of_;
    int row_;
  };

  text_result() = default;
  explicit text_result(std::shared_ptr<const PGresult> of) : of_{std::move(of)} {}

  int size() const { return of_ ? PQntuples(of_.get()) : 0; }
  bool empty() const { return size() == 0; }
  text_row operator[](int row) const { return {of_.get(), row}; }
  iterator begin() const { return {of_.get(), 0}; }
  iterator end() const { return {of_.get(), size()}; }

private:
  std::shared_ptr<const PGresult> of_;
};

} // namespace bankslip::persistence
