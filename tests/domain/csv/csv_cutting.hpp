#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "domain/csv/row_cutter.hpp"
#include "domain/error.hpp"
#include "tests/domain/csv/csv_reference.hpp"

namespace bankslip::tests {

/// Shows what a row_cutter makes of pieces of a file.
struct cut_file {
  std::vector<seen_row> rows;
  std::vector<domain::csv_chunk> chunks;
  caf::error error;
};

inline void collect(cut_file& file) {
  std::int64_t next = 0;
  for (const auto& chunk : file.chunks) {
    if (chunk.first_row != next)
      throw std::logic_error("chunks do not follow one another");
    for (const auto& row : chunk.rows)
      file.rows.push_back({chunk.bytes.substr(row.begin, row.size),
                           row.too_long && !row.unclosed_quote, row.unclosed_quote});
    next += static_cast<std::int64_t>(chunk.rows.size());
  }
}

inline cut_file cut_pieces(const std::vector<std::string_view>& pieces,
                           std::size_t rows_per_chunk = 3) {
  cut_file file;
  domain::row_cutter cutter{rows_per_chunk};
  for (auto piece : pieces)
    if (file.error = cutter.push(piece, file.chunks); file.error)
      return file;
  file.error = cutter.finish(file.chunks);
  collect(file);
  return file;
}

} // namespace bankslip::tests
