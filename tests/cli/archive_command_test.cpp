#include "cli/archive_command.hpp"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <boost/test/unit_test.hpp>
#include <unistd.h>

#include "domain/error.hpp"
#include "persistence/impl/bankslips.hpp"

using namespace bankslip;
using namespace std::chrono_literals;

namespace {

/// A table of a few blocks.
class fake_archive final : public domain::retention_store {
public:
  caf::expected<domain::removed_rows> remove_old(std::chrono::days, int) override {
    return domain::removed_rows{};
  }
  caf::expected<domain::archive_step>
  archive(const domain::archive_request& request,
          const std::function<caf::error(std::span<const domain::stored_debt>)>& take) override {
    if (broken && request.block == 1)
      return domain::make_error(domain::errc::database_unavailable, "no route");
    asked = request;
    auto& debts = blocks[static_cast<std::size_t>(request.block)];
    if (auto error = debts.empty() ? caf::error{} : take(debts))
      return error;
    if (request.removes)
      debts.clear();
    const auto next = request.block + 1;
    return domain::archive_step{next, next == static_cast<std::int64_t>(blocks.size())};
  }

  std::vector<std::vector<domain::stored_debt>> blocks;
  domain::archive_request asked;
  bool broken = false;
};

class fixed_clock final : public domain::clock {
public:
  std::chrono::steady_clock::time_point steady_now() const override { return {}; }
  domain::utc_time utc_now() const override {
    return std::chrono::sys_days{std::chrono::year{2026} / 11 / 28} + 12h;
  }
  void sleep_for(std::chrono::milliseconds) const override {}
};

domain::stored_debt debt(const std::string& id, const std::string& name = "Ana Lima") {
  domain::stored_debt d;
  d.content = {
      id, name, "00123456789", "ana@example.com", {123450}, *domain::parse_date("2026-01-31")};
  d.status = domain::debt_status::emailed;
  d.linha_digitavel = "9999";
  d.created_at = std::chrono::sys_days{std::chrono::year{2026} / 1 / 2};
  d.from = {7, 0};
  return d;
}

struct archive_fixture {
  archive_fixture() {
    std::filesystem::remove(file);
    store.blocks = {{debt("a"), debt("b", "He said \"no\", \nnever")}, {}, {debt("c")}};
  }
  ~archive_fixture() { std::filesystem::remove(file); }

  int run(const std::string& before, bool keep = false, bool yes = true,
          const std::string& answer = "") {
    std::istringstream in{answer};
    std::ostringstream shown;
    const auto status =
        cli::run_archive({before, file, keep, yes}, store, fixed_clock{}, in, shown, shown);
    text = shown.str();
    return status;
  }
  bool says(std::string_view part) const { return text.find(part) != std::string::npos; }
  std::string written() const {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  std::string file = std::filesystem::temp_directory_path()
                     / ("bankslip_archive_" + std::to_string(::getpid()) + ".csv");
  fake_archive store;
  std::string text;
};

} // namespace

BOOST_AUTO_TEST_SUITE(archive_command_test)

BOOST_FIXTURE_TEST_CASE(debts_move_into_the_file, archive_fixture) {
  BOOST_TEST(run("2026-10-01") == 0, text);
  BOOST_TEST(says("3 debts moved to "));
  BOOST_TEST(
      written()
      == "debt_id,name,government_id,email,debt_amount,debt_due_date,bankslip_file,propagated,"
         "created_at,updated_on,upload_id,upload_row,attempt,slip_details,failure,put_offs,"
         "mail_tried_at\n"
         "a,Ana Lima,00123456789,ana@example.com,1234.50,2026-01-31,9999,true,"
         "2026-01-02T00:00:00.000000Z,,7,0,1,,,0,\n"
         "b,\"He said \"\"no\"\", \nnever\",00123456789,ana@example.com,1234.50,2026-01-31,9999,"
         "true,2026-01-02T00:00:00.000000Z,,7,0,1,,,0,\n"
         "c,Ana Lima,00123456789,ana@example.com,1234.50,2026-01-31,9999,true,"
         "2026-01-02T00:00:00.000000Z,,7,0,1,,,0,\n");
  for (const auto& block : store.blocks)
    BOOST_TEST(block.empty());
}

BOOST_FIXTURE_TEST_CASE(the_file_has_every_column_of_an_e_mailed_debt, archive_fixture) {
  BOOST_TEST(run("2026-10-01") == 0, text);
  const auto header = written().substr(0, written().find('\n'));
  const auto columns = [](const std::string& list) {
    std::set<std::string> out;
    std::istringstream in{list};
    for (std::string name; in >> std::ws && std::getline(in, name, ',');)
      out.insert(name);
    return out;
  };
  auto wanted = columns(persistence::names_of(persistence::all_columns));
  // Says what went wrong: null in each that is e-mailed.
  wanted.erase("status");
  BOOST_TEST(columns(header) == wanted, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(with_keep_they_are_copied, archive_fixture) {
  BOOST_TEST(run("2026-10-01", true, false) == 0, text);
  BOOST_TEST(says("3 debts copied to "));
  BOOST_TEST(store.blocks[0].size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(nothing_moves_without_a_yes, archive_fixture) {
  for (const auto* answer : {"", "n\n", "no\n"}) {
    BOOST_TEST(run("2026-10-01", false, false, answer) == 1);
    BOOST_TEST(says("nothing was changed"));
    BOOST_TEST(!std::filesystem::exists(file));
  }
  BOOST_TEST(run("2026-10-01", false, false, "y\n") == 0);
}

BOOST_FIXTURE_TEST_CASE(a_day_of_the_last_thirty_is_refused, archive_fixture) {
  for (const auto* day : {"2026-10-30", "2026-11-28", "2027-01-01", "yesterday", ""}) {
    BOOST_TEST(run(day) == 2, day);
    BOOST_TEST(says("at the latest 2026-10-29"), text);
  }
  BOOST_TEST(run("2026-10-29") == 0, text);
  BOOST_TEST((store.asked.before == *domain::parse_date("2026-10-29")));
}

BOOST_FIXTURE_TEST_CASE(a_file_that_is_there_is_left_alone, archive_fixture) {
  std::ofstream{file} << "precious";
  BOOST_TEST(run("2026-10-01") == 1);
  BOOST_TEST(says("File exists"), text);
  BOOST_TEST(written() == "precious");
  BOOST_TEST(store.blocks[0].size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(debts_stay_when_the_file_cannot_be_made, archive_fixture) {
  file = "/no/such/folder/x";
  BOOST_TEST(run("2026-10-01") == 1);
  BOOST_TEST(store.blocks[0].size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_break_tells_how_much_the_file_holds, archive_fixture) {
  store.broken = true;
  BOOST_TEST(run("2026-10-01") == 1);
  BOOST_TEST(says("no route"), text);
  BOOST_TEST(says("holds 2 debts"), text);
}

BOOST_AUTO_TEST_SUITE_END()
