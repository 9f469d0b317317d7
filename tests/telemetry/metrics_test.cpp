#include <atomic>
#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "telemetry/figures.hpp"
#include "telemetry/impl/families.hpp"
#include "telemetry/metrics.hpp"

using namespace bankslip::telemetry;

BOOST_AUTO_TEST_SUITE(metrics_test)

namespace {

/// Value by series, read back from the text format: every line must be a
/// comment or a series with a number, each series once.
std::map<std::string, double> rendered() {
  std::map<std::string, double> out;
  std::istringstream text{render_metrics()};
  std::set<std::string> types;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("# TYPE "))
      BOOST_REQUIRE_MESSAGE(types.insert(line).second, "twice: " << line);
    if (line.starts_with("# "))
      continue;
    const auto space = line.rfind(' ');
    BOOST_REQUIRE_MESSAGE(space != std::string::npos, "not a series: " << line);
    const auto number = line.substr(space + 1);
    std::size_t used = 0;
    const auto value = std::stod(number, &used);
    BOOST_REQUIRE_EQUAL(used, number.size());
    BOOST_REQUIRE_MESSAGE(out.emplace(line.substr(0, space), value).second, "twice: " << line);
  }
  return out;
}

/// Metric names (or their ends) in a document of the tree: between `before` and
/// `after`, without a character that no name has.
std::set<std::string> names_in(const std::string& document, std::string_view before, char after) {
  std::ifstream file{std::string{SOURCE_DIR "/"} + document};
  BOOST_REQUIRE_MESSAGE(file.good(), document);
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  std::set<std::string> out;
  for (auto i = text.find(before); i != std::string::npos; i = text.find(before, i + 1)) {
    const auto begin = i + before.size();
    const auto end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", begin);
    if (end != std::string::npos && end > begin && text[end] == after)
      out.insert(text.substr(begin, end - begin));
  }
  return out;
}

double at(const std::map<std::string, double>& series, const std::string& name) {
  const auto found = series.find(name);
  BOOST_REQUIRE_MESSAGE(found != series.end(), "no series " << name);
  return found->second;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_outcome_and_stage_is_there_from_the_start) {
  const auto series = rendered();
  for (const std::string outcome : {"accepted", "rejected", "generated", "emailed", "duplicate",
                                    "conflict", "failed", "in_doubt", "put_off", "unreadable"})
    BOOST_TEST(at(series, "bankslip_rows_total{outcome=\"" + outcome + "\"}") == 0);
  for (const std::string stage : {"parse", "publish", "check", "boleto", "email", "store"})
    BOOST_TEST(at(series, "bankslip_stage_seconds_count{stage=\"" + stage + "\"}") == 0);
  for (const std::string kind : {"worker", "publisher", "consumer"})
    BOOST_TEST(at(series, "bankslip_actor_restarts_total{kind=\"" + kind + "\"}") == 0);
  BOOST_TEST(at(series, "bankslip_upload_bytes_total") == 0);
}

BOOST_AUTO_TEST_CASE(every_documented_metric_is_there_from_the_start_and_no_other) {
  // Registered in this process or not: the families of a fresh one.
  metric_families fresh;
  std::set<std::string> with_series;
  for (const auto& family : fresh.registry.Collect())
    if (!family.metric.empty())
      with_series.insert(family.name);
  std::set<std::string> all;
  std::istringstream text{render_metrics()};
  for (std::string line; std::getline(text, line);)
    if (line.starts_with("# TYPE "))
      all.insert(line.substr(7, line.rfind(' ') - 7));
  for (const auto& name : names_in("docs/METRICS.md", "\n| `", '`'))
    BOOST_TEST(all.erase(name) == 1u, name << " is documented, not served");
  BOOST_TEST(all == std::set<std::string>{});
  // Kept outside of the registry: partitions and actors come and go.
  with_series.insert(
      {"bankslip_consumer_lag", "bankslip_mail_lag", "bankslip_records_lost", "bankslip_actors"});
  for (const auto* document : {"README.md", "README.pt-BR.md", "ARCHITECTURE.md",
                               "docs/SERVICES.md", "docs/PERFORMANCE.md"})
    for (const auto& name : names_in(document, "`bankslip_", '{'))
      BOOST_TEST(with_series.contains("bankslip_" + name), name << " in " << document);
}

BOOST_AUTO_TEST_CASE(rows_are_counted_exactly) {
  count_rows("accepted", 1'099'999);
  count_rows("accepted", 1);
  count_rows("generated", 12'345'678'901'234);
  const auto series = rendered();
  BOOST_TEST(at(series, R"(bankslip_rows_total{outcome="accepted"})") == 1'100'000);
  BOOST_TEST(at(series, R"(bankslip_rows_total{outcome="generated"})") == 12'345'678'901'234.0);
}

BOOST_AUTO_TEST_CASE(a_stage_s_time_falls_into_its_bucket) {
  observe_stage(stage::store, 0.003);
  observe_stage(stage::store, 120);
  observe_stage(stage::store, -1);
  const auto series = rendered();
  BOOST_TEST(at(series, R"(bankslip_stage_seconds_bucket{stage="store",le="0.0001"})") == 1);
  BOOST_TEST(at(series, R"(bankslip_stage_seconds_bucket{stage="store",le="0.005"})") == 2);
  BOOST_TEST(at(series, R"(bankslip_stage_seconds_bucket{stage="store",le="60"})") == 2);
  BOOST_TEST(at(series, R"(bankslip_stage_seconds_bucket{stage="store",le="+Inf"})") == 3);
  BOOST_TEST(at(series, R"(bankslip_stage_seconds_sum{stage="store"})") == 120.003);
}

BOOST_AUTO_TEST_CASE(a_timer_measures_until_it_is_destroyed) {
  const auto began = std::chrono::steady_clock::now();
  {
    const stage_timer timer{stage::email};
    while (std::chrono::steady_clock::now() - began < std::chrono::milliseconds{3})
      std::this_thread::yield();
  }
  const std::chrono::duration<double> longest = std::chrono::steady_clock::now() - began;
  const auto series = rendered();
  BOOST_TEST(at(series, R"(bankslip_stage_seconds_count{stage="email"})") == 1);
  const auto sum = at(series, R"(bankslip_stage_seconds_sum{stage="email"})");
  BOOST_TEST((sum > 0.002 && sum <= longest.count()));
}

BOOST_AUTO_TEST_CASE(gauges_keep_the_last_value) {
  link_share lanes{"lanes"};
  lanes.set(0, 8);
  lanes.set(5, 3);
  set_queue_length("outbox", -1);
  set_breaker("email", true);
  observe_batch("settled", 1000);
  count_restart("worker");
  count_service_calls("boleto", "ok", 7);
  count_upload_bytes(10);
  const auto series = rendered();
  BOOST_TEST(at(series, R"(bankslip_credit{link="lanes"})") == 3);
  BOOST_TEST(at(series, R"(bankslip_in_flight{link="lanes"})") == 5);
  BOOST_TEST(at(series, R"(bankslip_queue_length{queue="outbox"})") == -1);
  BOOST_TEST(at(series, R"(bankslip_breaker_open{service="email"})") == 1);
  BOOST_TEST(at(series, R"(bankslip_batch_rows_bucket{kind="settled",le="1000"})") == 1);
  BOOST_TEST(at(series, R"(bankslip_actor_restarts_total{kind="worker"})") == 1);
  BOOST_TEST(at(series, R"(bankslip_service_calls_total{outcome="ok",service="boleto"})") == 7);
  BOOST_TEST(at(series, "bankslip_upload_bytes_total") == 10);
}

BOOST_AUTO_TEST_CASE(a_link_is_the_sum_of_the_shares_of_those_who_live) {
  link_share one{"chunks"};
  one.set(3, 21);
  {
    link_share other{"chunks"};
    other.set(24, 0);
    other.set(20, 4);
    const auto series = rendered();
    BOOST_TEST(at(series, R"(bankslip_in_flight{link="chunks"})") == 23);
    BOOST_TEST(at(series, R"(bankslip_credit{link="chunks"})") == 25);
  }
  const auto series = rendered();
  BOOST_TEST(at(series, R"(bankslip_in_flight{link="chunks"})") == 3);
  BOOST_TEST(at(series, R"(bankslip_credit{link="chunks"})") == 21);
}

BOOST_AUTO_TEST_CASE(a_lost_partition_has_no_lag) {
  set_lag(0, 12);
  set_lag(5, 1);
  set_lag(5, 2);
  auto series = rendered();
  BOOST_TEST(at(series, R"(bankslip_consumer_lag{partition="0"})") == 12);
  BOOST_TEST(at(series, R"(bankslip_consumer_lag{partition="5"})") == 2);
  forget_partition(0);
  forget_partition(99);
  series = rendered();
  BOOST_TEST(!series.contains(R"(bankslip_consumer_lag{partition="0"})"));
  BOOST_TEST(series.contains(R"(bankslip_consumer_lag{partition="5"})"));
  forget_partition(5);
}

BOOST_AUTO_TEST_CASE(requests_are_counted_by_route_and_not_by_a_client_s_words) {
  count_http_request("/bankslip/{debt_id}", "GET", 404);
  count_http_request("/bankslip/{debt_id}", "GET", 404);
  count_http_request("other", "BREW\n\"", 405);
  const auto series = rendered();
  BOOST_TEST(at(series, R"(bankslip_http_requests_total{method="GET",)"
                        R"(route="/bankslip/{debt_id}",status="404"})")
             == 2);
  BOOST_TEST(
      at(series, R"(bankslip_http_requests_total{method="other",route="other",status="405"})")
      == 1);
}

BOOST_AUTO_TEST_CASE(the_process_shows_its_own_figures) {
  const auto series = rendered();
  BOOST_TEST(at(series, "process_cpu_seconds_total") >= 0);
  BOOST_TEST(at(series, "process_resident_memory_bytes") > 1'000'000);
  const auto started = at(series, "process_start_time_seconds");
  const auto now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  BOOST_TEST((started > now - 600 && started < now + 2));

  // With the first thread a sanitizer may start its own.
  std::thread{[] {}}.join();
  const auto before = rendered();
  const auto threads = at(before, "process_threads");
  const auto files = at(before, "process_open_fds");
  const int one_more = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  std::atomic<bool> stop{false};
  std::thread thread{[&] { stop.wait(false); }};
  const auto later = rendered();
  stop = true;
  stop.notify_all();
  thread.join();
  ::close(one_more);
  BOOST_TEST(at(later, "process_threads") == threads + 1);
  BOOST_TEST(at(later, "process_open_fds") == files + 1);
}

BOOST_AUTO_TEST_CASE(labels_without_end_do_not_fill_the_memory) {
  for (int i = 0; i < 5000; ++i)
    count_service_calls("service", "outcome " + std::to_string(i), 1);
  const auto series = rendered();
  std::size_t kept = 0;
  double sum = 0;
  for (const auto& [name, value] : series)
    if (name.starts_with("bankslip_service_calls_total{")
        && name.find("boleto") == std::string::npos) {
      ++kept;
      sum += value;
    }
  BOOST_TEST(kept <= 501u);
  BOOST_TEST(sum == 5000);
  BOOST_TEST(at(series, R"(bankslip_service_calls_total{outcome="other",service="other"})") > 4000);
}

BOOST_AUTO_TEST_CASE(the_mail_stage_is_among_the_figures_where_it_has_partitions) {
  set_mail_pace(196.4, 200, "retry_after");
  BOOST_TEST(!read_figures().mail.has_value());
  set_lag(0, 7, lanes_of::mails);
  set_lag(3, 5, lanes_of::mails);
  const auto mail = read_figures().mail.value();
  BOOST_TEST(mail.rate == 196);
  BOOST_TEST(mail.allowed == 200);
  BOOST_TEST(mail.limit == "retry_after");
  BOOST_TEST(mail.lag == 12);
  forget_partition(0, lanes_of::mails);
  forget_partition(3, lanes_of::mails);
  BOOST_TEST(!read_figures().mail.has_value());
}

BOOST_AUTO_TEST_CASE(counts_of_many_threads_add_up) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([] {
      for (int i = 0; i < 5000; ++i) {
        count_rows("published", 2);
        set_lag(1, i);
      }
    });
  for (int i = 0; i < 20; ++i)
    rendered();
  for (auto& thread : threads)
    thread.join();
  BOOST_TEST(at(rendered(), R"(bankslip_rows_total{outcome="published"})") == 40'000);
}

BOOST_AUTO_TEST_SUITE_END()
