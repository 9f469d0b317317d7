#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Small JSON documents, read and written; `kafka` reads its messages by a parser of its own.
namespace bankslip::json {

class document;

/// The type of a value; no document holds `absent`.
enum class kind : std::uint8_t { absent, null, boolean, number, text, array, object };

/// A value of a document, for as long as that lives and its source too. As cheap
/// to copy as a pointer. Asking for what it is not gives nothing.
class value {
public:
  value() = default;

  json::kind kind() const noexcept;
  bool is(json::kind k) const noexcept { return kind() == k; }
  explicit operator bool() const noexcept { return document_ != nullptr; }

  /// The characters of a text; the digits of a number as they were written.
  std::string_view text() const noexcept;
  /// The value of a number that fits.
  std::optional<std::int64_t> integer() const noexcept;
  std::optional<double> number() const noexcept;
  /// The value as it stands in the source.
  std::string_view json() const noexcept;

  /// The first member of that name of an object.
  value operator[](std::string_view name) const noexcept;
  /// The names that more than one member of an object has, each once, in their order.
  std::vector<std::string_view> names_given_twice() const;
  /// Its own name, where it is a member of an object.
  std::string_view name() const noexcept;

  /// The members of an object, the elements of an array.
  class iterator {
  public:
    value operator*() const noexcept { return {document_, index_}; }
    iterator& operator++() noexcept;
    bool operator==(const iterator& other) const noexcept { return index_ == other.index_; }

  private:
    friend class value;
    iterator(const document* d, std::size_t index) : document_{d}, index_{index} {}
    const document* document_;
    std::size_t index_;
  };
  iterator begin() const noexcept;
  iterator end() const noexcept;

private:
  friend class document;
  value(const document* d, std::size_t index) : document_{d}, index_{index} {}

  const document* document_ = nullptr;
  std::size_t index_ = 0;
};

/// One JSON text, read without recursion and without ever making a number of what
/// stands there. `source` must be UTF-8 without NUL, hold one value and nothing
/// else, nested at most `max_depth` levels; it must outlive the document.
class document {
public:
  static constexpr int max_depth = 256;

  explicit document(std::string_view source);
  document(const document&) = delete;
  document& operator=(const document&) = delete;

  /// Says why the source is no JSON; empty: it is.
  const std::string& fault() const noexcept { return fault_; }
  /// The byte at which that showed.
  std::size_t fault_at() const noexcept { return fault_at_; }

  /// The value; absent where there is a fault.
  value root() const noexcept { return nodes_.empty() ? value{} : value{this, 0}; }

private:
  friend class value;
  friend class value::iterator;
  friend class builder;

  struct extent {
    std::size_t begin = 0;
    std::size_t size = 0;
  };
  struct node {
    json::kind kind = json::kind::absent;
    extent name;
    extent text;
    extent source;
    /// The first node behind this one and all that it holds.
    std::size_t next = 0;
  };

  std::string_view kept(extent p) const noexcept {
    return std::string_view{texts_}.substr(p.begin, p.size);
  }

  std::string_view source_;
  std::vector<node> nodes_;
  /// Characters of names and texts, unescaped.
  std::string texts_;
  std::string fault_;
  std::size_t fault_at_ = 0;
};

} // namespace bankslip::json
