#include <benchmark/benchmark.h>

#include <chrono>
#include <string>

#include "domain/boleto/builtin_slip.hpp"
#include "domain/boleto/pix.hpp"
#include "slips/slip_pdf.hpp"

namespace {

using namespace bankslip;

domain::stored_debt a_debt() {
  domain::stored_debt d;
  d.content = {"ce79a2b1-7d0e-4b6e-9d2c-000000000000",
               "João Gonçalves d'Ávila e Silva",
               "52998224725",
               "joao@example.com",
               domain::money{1234567},
               domain::date{std::chrono::year{2026} / 12 / 21}};
  return d;
}

// The next debt: another id, so that no two slips are the same.
void advance(domain::debt& d, std::size_t i) {
  auto digits = std::to_string(i);
  d.debt_id.replace(d.debt_id.size() - digits.size(), digits.size(), digits);
}

void builtin_line(benchmark::State& state) {
  auto d = a_debt();
  std::string line;
  std::size_t i = 0;
  for (auto _ : state) {
    advance(d.content, ++i);
    line.clear();
    domain::append_builtin_line(line, d.content);
    benchmark::DoNotOptimize(line.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(builtin_line);

void pix_code(benchmark::State& state) {
  auto d = a_debt();
  std::size_t i = 0;
  for (auto _ : state) {
    advance(d.content, ++i);
    benchmark::DoNotOptimize(domain::builtin_pix(d.content));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(pix_code);

void slip_pdf(benchmark::State& state) {
  auto d = a_debt();
  std::size_t i = 0;
  for (auto _ : state) {
    advance(d.content, ++i);
    d.linha_digitavel = domain::make_builtin_slip(d.content).linha_digitavel;
    auto pdf = slips::render_slip_pdf(d);
    if (!pdf)
      state.SkipWithError("no PDF was made");
    benchmark::DoNotOptimize(pdf);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(slip_pdf);

} // namespace
