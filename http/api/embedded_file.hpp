#pragma once

#include <span>
#include <string_view>

namespace bankslip::http {

/// A file that travels inside the program; cmake/embed.cmake makes them.
struct embedded_file {
  /// Its path, without a slash before it.
  std::string_view name;
  std::string_view content_type;
  /// Digest of the bytes, in hexadecimal.
  std::string_view digest;
  std::string_view bytes;
  /// The bytes in gzip form; empty where that is not shorter.
  std::string_view gzip;
};
using embedded_files = std::span<const embedded_file>;

} // namespace bankslip::http
