#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace bankslip::http {

/// Counts the uploads at hand of one listener. Thread-safe.
class upload_slots {
public:
  explicit upload_slots(std::size_t most) : most_{static_cast<std::int64_t>(most)} {}

  /// A place, given back when it is destroyed.
  class place {
  public:
    explicit place(upload_slots& slots) : slots_{slots}, taken_{slots.take()} {}
    ~place() {
      if (taken_)
        slots_.give_back();
    }
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    /// False: there was none left.
    bool taken() const noexcept { return taken_; }

  private:
    upload_slots& slots_;
    bool taken_;
  };

private:
  bool take() {
    if (used_.fetch_add(1) >= most_) {
      --used_;
      return false;
    }
    return true;
  }
  void give_back() { --used_; }

  std::int64_t most_;
  std::atomic<std::int64_t> used_{0};
};

} // namespace bankslip::http
