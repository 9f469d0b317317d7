#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "domain/boleto/builtin_slip.hpp"
#include "services/services.hpp"

// Hands messages to the server of SMTP_BENCH_URL, in waves as large as the service allows:
//   smtp-sink -u nobody -c 127.0.0.1:2525 1024 &
//   SMTP_BENCH_URL=smtp://127.0.0.1:2525 build/release/bench/smtp_bench
namespace {

using namespace bankslip;

void smtp_messages(benchmark::State& state) {
  const auto* url = std::getenv("SMTP_BENCH_URL");
  if (!url)
    return state.SkipWithError("SMTP_BENCH_URL names no server");
  services::service_options options;
  options.email_url = url;
  options.attach_pdf = state.range(0) != 0;
  auto service = services::make_email_service(options);
  domain::debt debt{"ce79a2b1-7d0e-4b6e-9d2c-000000000000",
                    "João Gonçalves d'Ávila e Silva",
                    "52998224725",
                    "joao@example.com",
                    domain::money{1234567},
                    domain::date{std::chrono::year{2026} / 12 / 21}};
  auto line = domain::make_builtin_slip(debt).linha_digitavel;
  std::int64_t sent = 0;
  for (auto _ : state) {
    std::vector<domain::email_job> jobs(service->max_wave(), {&debt, line, {}, 1});
    for (auto& o : service->send(jobs, std::chrono::steady_clock::now() + std::chrono::seconds{30},
                                 nullptr)) {
      if (o.result != domain::call_result::accepted)
        return state.SkipWithError(o.reason.c_str());
      ++sent;
    }
  }
  state.SetItemsProcessed(sent);
}
BENCHMARK(smtp_messages)->ArgName("pdf")->Arg(0)->Arg(1)->MeasureProcessCPUTime()->UseRealTime();

} // namespace
