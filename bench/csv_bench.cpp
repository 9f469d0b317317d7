#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "domain/csv/row_cutter.hpp"
#include "domain/validation.hpp"

namespace {

using namespace bankslip::domain;

constexpr std::size_t row_count = 100'000;
constexpr std::size_t rows_per_chunk = 1000;
constexpr std::size_t block_bytes = 64 * 1024;

std::string random_uuid(std::mt19937_64& random) {
  std::array<char, 37> text;
  auto a = random();
  auto b = random();
  std::snprintf(text.data(), text.size(), "%08x-%04x-4%03x-%04x-%012llx",
                static_cast<unsigned>(a >> 32), static_cast<unsigned>(a >> 16 & 0xFFFF),
                static_cast<unsigned>(a & 0xFFF), static_cast<unsigned>(0x8000 | (b >> 50)),
                static_cast<unsigned long long>(b & 0xFFFFFFFFFFFF));
  return text.data();
}

/// A file of about 113 bytes a row from a fixed seed. `quoted` puts the names
/// into quotes.
std::string make_file(bool quoted) {
  const std::array<const char*, 6> first{"Ana", "Bernardo", "Cecilia", "Davi", "Elisangela", "Rui"};
  const std::array<const char*, 6> last{"Sousa", "Vasconcelos", "Lima", "Prado", "Rocha", "Melo"};
  std::mt19937_64 random{42};
  auto pick = [&](const auto& names) { return std::string{names[random() % names.size()]}; };
  std::string file = "name,governmentId,email,debtAmount,debtDueDate,debtId\n";
  for (std::size_t i = 0; i < row_count; ++i) {
    const std::string quote = quoted ? "\"" : "";
    file += quote + pick(first) + " " + pick(last) + quote + ",";
    file += std::to_string(1000 + random() % 9000) + ",";
    file += pick(first) + std::to_string(random() % 100'000) + "@example.com,";
    file += std::to_string(1000 + random() % 9000) + ",2026-0" + std::to_string(1 + random() % 9)
            + "-" + std::to_string(10 + random() % 19) + "," + random_uuid(random) + "\n";
  }
  return file;
}

const std::string& file(bool quoted) {
  static const std::array<std::string, 2> files{make_file(false), make_file(true)};
  return files[quoted ? 1 : 0];
}

std::vector<csv_chunk> cut(std::string_view bytes, csv_dialect& dialect) {
  std::vector<csv_chunk> chunks;
  row_cutter cutter{rows_per_chunk};
  for (std::size_t at = 0; at < bytes.size(); at += block_bytes)
    if (cutter.push(bytes.substr(at, block_bytes), chunks))
      std::abort();
  if (cutter.finish(chunks) || cutter.rows() != row_count)
    std::abort();
  dialect = *cutter.dialect();
  return chunks;
}

void report(benchmark::State& state, bool quoted) {
  auto passes = static_cast<std::int64_t>(state.iterations());
  state.SetBytesProcessed(passes * static_cast<std::int64_t>(file(quoted).size()));
  state.counters["s/row"] =
      benchmark::Counter(static_cast<double>(passes) * row_count,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// Splits all rows and, where `checked`, validates them.
void read_rows(const std::vector<csv_chunk>& chunks, const csv_dialect& dialect, bool checked) {
  std::string scratch;
  raw_debt raw;
  debt d;
  for (const auto& chunk : chunks)
    for (const auto& row : chunk.rows) {
      auto bytes = std::string_view{chunk.bytes}.substr(row.begin, row.size);
      if (split_row(bytes, dialect, scratch, raw))
        std::abort();
      if (checked && !validate(raw, d).empty())
        std::abort();
      benchmark::DoNotOptimize(raw);
      benchmark::DoNotOptimize(d);
    }
}

void cut_rows(benchmark::State& state) {
  const bool quoted = state.range(0) != 0;
  csv_dialect dialect;
  for (auto _ : state) {
    auto chunks = cut(file(quoted), dialect);
    benchmark::DoNotOptimize(chunks);
  }
  report(state, quoted);
}
BENCHMARK(cut_rows)->ArgName("quoted")->Arg(0)->Arg(1);

void split_rows(benchmark::State& state) {
  const bool quoted = state.range(0) != 0;
  csv_dialect dialect;
  auto chunks = cut(file(quoted), dialect);
  for (auto _ : state)
    read_rows(chunks, dialect, false);
  report(state, quoted);
}
BENCHMARK(split_rows)->ArgName("quoted")->Arg(0)->Arg(1);

void split_and_validate_rows(benchmark::State& state) {
  const bool quoted = state.range(0) != 0;
  csv_dialect dialect;
  auto chunks = cut(file(quoted), dialect);
  for (auto _ : state)
    read_rows(chunks, dialect, true);
  report(state, quoted);
}
BENCHMARK(split_and_validate_rows)->ArgName("quoted")->Arg(0)->Arg(1);

} // namespace
