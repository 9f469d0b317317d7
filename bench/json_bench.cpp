#include <string>

#include <benchmark/benchmark.h>

#include "domain/time.hpp"
#include "kafka/kafka.hpp"

using namespace bankslip;

namespace {

domain::debt usual_debt() {
  return {.debt_id = "ea23f2ca-663a-4266-a742-9da4c9f4fcb3",
          .name = "Elijah Santos",
          .government_id = "9558",
          .email = "janet95@example.com",
          .amount = {781'150},
          .due_date = *domain::parse_date("2024-01-19")};
}

void encode(benchmark::State& state) {
  auto codec = kafka::make_json_codec();
  auto d = usual_debt();
  std::string out;
  for (auto _ : state) {
    out.clear();
    codec->encode(d, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(out.size()));
}
BENCHMARK(encode);

void decode(benchmark::State& state) {
  auto codec = kafka::make_json_codec();
  std::string json;
  codec->encode(usual_debt(), json);
  domain::debt d;
  for (auto _ : state)
    if (codec->decode(json, d))
      state.SkipWithError("refused");
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(json.size()));
}
BENCHMARK(decode);

} // namespace
