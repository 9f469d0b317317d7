#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <caf/expected.hpp>

namespace bankslip::mocks {

/// The orders that a mock server got and carried out, by idempotency key, kept in
/// an append-only file: one line for each call,
/// `<µs since 1970> <did it: 0|1> <hash of the content> <outcome> <key> <debt_id>`.
/// Lines that `flush` has written survive the death of the process. One thread.
class mock_ledger {
public:
  struct entry {
    /// Calls with this key, and how many of them did what they asked for.
    std::uint32_t calls = 0;
    std::uint32_t effective = 0;
    /// When it was last done, µs since 1970.
    std::int64_t done_at = 0;
    /// Hash of the content that was carried out.
    std::uint64_t content = 0;
  };

  struct summary {
    std::uint64_t calls = 0;
    std::uint64_t keys = 0;
    /// Sum over all keys of what was done.
    std::uint64_t effective = 0;
    /// Keys done once or more, and more than once.
    std::uint64_t done_keys = 0;
    std::uint64_t repeated_keys = 0;
    /// The same by debt.
    std::uint64_t done_debts = 0;
    std::uint64_t repeated_debts = 0;
  };

  struct call {
    std::string_view key;
    std::string_view debt_id;
    std::string_view outcome;
    std::uint64_t content = 0;
    bool effective = false;
    std::int64_t at = 0;
  };

  /// Opens or makes the file and reads it; a last line that is cut is dropped.
  /// `invalid_input` when it cannot be used or another process uses it.
  static caf::expected<std::unique_ptr<mock_ledger>> open(const std::string& path);
  ~mock_ledger();
  mock_ledger(const mock_ledger&) = delete;
  mock_ledger& operator=(const mock_ledger&) = delete;

  /// Nothing for an unknown key. Valid until the next `record`.
  const entry* find(std::string_view key) const;
  std::string_view debt_of(std::string_view key) const;

  void record(const call& c);
  /// Writes what was recorded since the last time; false when it cannot.
  bool flush();

  summary sum() const;
  std::size_t size() const noexcept { return rows_.size(); }
  /// Appends "key,debt_id,calls,effective" of entry `i` and a line end.
  void append_csv(std::size_t i, std::string& out) const;

private:
  struct row {
    entry data;
    std::uint64_t text = 0;
    std::uint16_t key_size = 0;
    std::uint16_t debt_size = 0;
  };

  struct hash {
    using is_transparent = void;
    const mock_ledger* owner;
    std::size_t operator()(std::string_view key) const noexcept;
    std::size_t operator()(std::uint32_t i) const noexcept;
  };
  struct equal {
    using is_transparent = void;
    const mock_ledger* owner;
    bool operator()(std::uint32_t a, std::uint32_t b) const noexcept { return a == b; }
    bool operator()(std::string_view key, std::uint32_t i) const noexcept;
    bool operator()(std::uint32_t i, std::string_view key) const noexcept;
  };

  explicit mock_ledger(int fd);

  std::string_view key_of(const row& r) const noexcept;
  std::string_view debt_of(const row& r) const noexcept;
  void apply(const call& c);
  /// Whether `line` was one of ours.
  bool apply_line(std::string_view line);
  caf::error load(const std::string& path);

  int fd_;
  std::string pending_;
  /// Keys and debt_ids one after another.
  std::string texts_;
  std::vector<row> rows_;
  std::unordered_set<std::uint32_t, hash, equal> by_key_;
  std::uint64_t calls_ = 0;
};

} // namespace bankslip::mocks
