#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include "domain/error.hpp"
#include "tests/support/pg_database.hpp"

using namespace bankslip;

BOOST_AUTO_TEST_SUITE(debt_lists_pgtest)

namespace {

/// Two uploads of 30,000 rows each, by turns and in no order, as lanes store them; VACUUM
/// has summarized their pages.
struct large_table {
  test::pg_database database;
  std::unique_ptr<domain::debt_store> store = persistence::make_debt_store(database.options());

  large_table() {
    database.exec(
        "insert into uploads (upload_id, state, accepted, lease_until) overriding system value "
        "values (1, 'processing', 30000, now()), (2, 'processing', 30000, now())");
    insert(0, 60'000);
    database.exec("vacuum bankslips");
  }

  void insert(int from, int to) {
    database.exec("insert into bankslips (debt_id, name, government_id, email, debt_amount, "
                  "debt_due_date, propagated, upload_id, upload_row) "
                  "select md5(n::text), 'Ana', n::text, 'm' || n || '@example.com', 1, "
                  "date '2030-01-01' + n / 1000, true, 1 + n % 2, n / 2 from generate_series("
                  + std::to_string(from) + ", " + std::to_string(to - 1)
                  + ") n order by n / 8000, md5(n::text)");
  }

  std::vector<domain::stored_debt> all(const domain::debt_filter& filter, int limit) {
    std::vector<domain::stored_debt> out;
    for (domain::list_position after;;) {
      auto page = store->list_debts(filter, limit, after);
      if (!page)
        BOOST_FAIL(domain::text_of(page.error()));
      out.insert(out.end(), page->debts.begin(), page->debts.end());
      if (!page->next)
        return out;
      after = *page->next;
    }
  }

  /// Whether the index is read more than `n` times. A connection tells its counts when
  /// it ends, a moment later.
  bool is_read(const std::string& index, int n) {
    const auto scans = "select pg_stat_clear_snapshot(), pg_sleep(0.05), idx_scan > "
                       + std::to_string(n) + " from pg_stat_user_indexes where indexrelname = '"
                       + index + "'";
    for (int i = 0; i < 200; ++i)
      if (database.exec(scans).at(0).at(2) == "t")
        return true;
    return false;
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(an_upload_of_many_pages_comes_whole_and_in_the_file_s_order, large_table) {
  domain::debt_filter filter;
  filter.upload_id = 2;
  const auto debts = all(filter, 7'000);
  BOOST_REQUIRE(debts.size() == 30'000u);
  for (std::size_t i = 0; i < debts.size(); ++i)
    if (debts[i].from.row != static_cast<std::int64_t>(i))
      BOOST_FAIL("row " << debts[i].from.row << " at " << i);
}

BOOST_FIXTURE_TEST_CASE(rows_are_found_that_came_after_their_page_was_summarized, large_table) {
  // Their places are used again, and the summaries must learn of the new rows.
  database.exec("delete from bankslips where upload_row % 3 = 0");
  database.exec("vacuum bankslips");
  const auto pages = database.value("select pg_relation_size('bankslips')");
  insert(100'000, 110'000);
  BOOST_TEST(database.value("select pg_relation_size('bankslips')") == pages);
  for (int n : {100'000, 104'567, 109'999}) {
    domain::debt_filter by_email;
    by_email.email = "m" + std::to_string(n) + "@example.com";
    BOOST_TEST(all(by_email, 10).size() == 1u);
    domain::debt_filter by_document;
    by_document.government_id = std::to_string(n);
    BOOST_TEST(all(by_document, 10).size() == 1u);
  }
  domain::debt_filter nobody;
  nobody.email = "m0@example.com";
  BOOST_TEST(all(nobody, 10).empty());
}

BOOST_FIXTURE_TEST_CASE(lists_are_read_by_their_indexes, large_table) {
  domain::debt_filter by_email, by_day, by_upload;
  by_email.email = "m777@example.com";
  by_day.due_from = by_day.due_to = domain::parse_date("2030-01-05");
  by_upload.upload_id = 1;
  for (const auto& filter : {by_email, by_day, by_upload})
    BOOST_TEST(!all(filter, 500).empty());
  domain::debt_filter failed;
  failed.status = domain::debt_status::failed;
  all(failed, 10);
  store.reset();
  BOOST_TEST(is_read("bankslips_places", 3));
  BOOST_TEST(is_read("bankslips_problems_by_id", 0));
}

BOOST_FIXTURE_TEST_CASE(a_status_of_few_is_looked_for_a_part_of_the_table_at_a_time, large_table) {
  insert(60'000, 170'000);
  domain::debt_filter emailed, imported;
  emailed.status = domain::debt_status::emailed;
  imported.status = domain::debt_status::imported;
  BOOST_TEST(all(emailed, 50'000).size() == 170'000u);
  database.exec("update bankslips set propagated = false where debt_id in "
                "(select max(debt_id) from bankslips)");
  const auto page = store->list_debts(imported, 1, {});
  BOOST_REQUIRE(page);
  BOOST_TEST(page->debts.empty());
  BOOST_TEST(page->next.has_value());
  BOOST_TEST(all(imported, 1).size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_list_that_takes_too_long_says_how_to_narrow_it, large_table) {
  // Whoever holds the table holds up the list, as too many rows would.
  test::pg_session holder{database.options()};
  holder.exec("begin; lock table bankslips in access exclusive mode");
  domain::debt_filter filter;
  filter.due_from = domain::parse_date("2030-01-01");
  const auto page = store->list_debts(filter, 10, {});
  BOOST_REQUIRE(!page);
  BOOST_TEST(domain::code_of(page.error()) == domain::errc::invalid_input);
  BOOST_TEST(domain::text_of(page.error()).find("fewer days") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
