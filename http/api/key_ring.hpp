#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "domain/api_key.hpp"
#include "http/api/key_limits.hpp"

namespace bankslip::http {

/// The keys of API_KEYS_FILE. Thread-safe.
class key_ring {
public:
  struct entry {
    domain::api_key key;
    /// Stays with the name when the file is read anew.
    std::shared_ptr<key_limits> limits;
  };
  using entry_ptr = std::shared_ptr<const entry>;

  explicit key_ring(std::string path) : path_{std::move(path)} {}

  /// Reads the file. Answers in a line what is wrong with it; empty: nothing. A file with a
  /// fault changes nothing.
  std::string load();

  /// The same while the server runs: what is wrong is logged and counted.
  void reload();

  /// The key whose SHA-256 that is; nothing for none. Takes as long for every key, so that
  /// time tells nothing.
  entry_ptr find(const domain::sha256_digest& digest) const;

  /// The key of that name.
  entry_ptr find(std::string_view name) const;
  std::size_t size() const;

private:
  std::string path_;
  mutable std::mutex mutex_;
  std::vector<entry_ptr> keys_;
};

} // namespace bankslip::http
