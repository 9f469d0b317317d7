#include <boost/test/unit_test.hpp>

#include <map>

#include "persistence/impl/row_locations.hpp"
#include "tests/persistence/fault_helpers.hpp"
#include "tests/support/pg_database.hpp"
#include "tests/support/settlement_contract/helpers.hpp"

using namespace bankslip;
using test::settlement_contract::bare_debts;
using test::settlement_contract::must;

BOOST_AUTO_TEST_SUITE(debt_check_pgtest)

namespace {

constexpr int rows = 1'500;

/// Enough e-mailed rows in one range of the table that their locations get known.
struct fixture {
  fixture() {
    insert("");
    for (int i = 0; i < rows; ++i)
      ids.push_back("id" + std::to_string(1000 + i));
    find();
    // The second time by location; else no case here would show anything.
    BOOST_REQUIRE(known() == rows);
  }

  /// How many of `ids` have a location.
  int known() const {
    auto all = locations->look_up(views(ids)).locations;
    return static_cast<int>(std::count_if(all.begin(), all.end(), [](auto p) { return bool(p); }));
  }

  /// Nothing of what is known of rows so far.
  void forget() {
    locations = persistence::make_row_locations();
    store = persistence::make_settlement_store(db.options(), locations);
  }

  /// From now on statements with `text` fail, and those without do not.
  void fail_statements_with(const std::string& text, const std::string& how = "raise 'damaged'") {
    db.exec("create or replace function checked(tid) returns tid language plpgsql as $$ begin "
            "if position('"
            + text + "' in current_query()) > 0 then " + how
            + "; end if; "
              "return $1; end $$");
  }

  domain::errc failure() {
    domain::found_debts out;
    return domain::code_of(store->find(bare_debts{ids}, out));
  }

  /// Statements that use locations can fail from now on.
  void put_view_before_table() {
    fail_statements_with("none");
    db.exec("alter table bankslips rename to stored");
    db.exec("create view bankslips as select *, checked(stored.ctid) as ctid from stored");
  }

  void insert(const std::string& suffix) {
    db.exec("insert into bankslips (debt_id, name, propagated) select 'id' || 1000 + i || '"
            + suffix + "', 'name ' || i, true from generate_series(0, " + std::to_string(rows - 1)
            + ") as i");
  }

  static std::vector<std::string_view> views(const std::vector<std::string>& texts) {
    return {texts.begin(), texts.end()};
  }

  /// By id; fails when one comes twice.
  std::map<std::string, domain::stored_debt> find() {
    domain::found_debts out;
    must(store->find(bare_debts{ids}, out));
    std::map<std::string, domain::stored_debt> found;
    for (std::size_t i = 0; i < out.rows.size(); ++i) {
      auto& d = out.rows[i];
      BOOST_TEST(ids.at(out.asked.at(i)) == d.content.debt_id);
      BOOST_TEST(found.emplace(d.content.debt_id, d).second);
    }
    return found;
  }

  /// A backend tells what it did when it ends, at the latest.
  std::string index_scans() {
    store.reset();
    test::wait_for(db, "select (count(*) = 0)::int from pg_stat_activity where "
                       "datname = current_database() and application_name = 'bankslip'");
    return db.value("select idx_scan from pg_stat_user_indexes "
                    "where indexrelname = 'bankslips_pkey'");
  }

  test::pg_database db;
  std::shared_ptr<persistence::row_locations> locations = persistence::make_row_locations();
  std::unique_ptr<domain::settlement_store> store =
      persistence::make_settlement_store(db.options(), locations);
  std::vector<std::string> ids;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(debt_check, fixture)

BOOST_AUTO_TEST_CASE(rows_that_say_the_same_are_told_without_content) {
  std::vector<domain::debt> debts;
  std::vector<const domain::debt*> asked;
  for (const auto& [id, row] : find())
    debts.push_back(row.content);
  debts[700].name = "another name";
  for (const auto& d : debts)
    asked.push_back(&d);
  // Where they lie, then by the index.
  for (int turn = 0; turn < 2; ++turn, forget()) {
    domain::found_debts out;
    must(store->find(asked, out));
    BOOST_REQUIRE_EQUAL(out.rows.size(), 1u);
    BOOST_TEST(out.asked[0] == 700u);
    BOOST_TEST(out.rows[0].content.name == "name 700");
    std::vector<bool> seen(debts.size());
    for (const auto& same : out.same)
      seen.at(same.asked) = true;
    BOOST_TEST(out.same.size() == std::size_t{rows - 1});
    BOOST_TEST(std::count(seen.begin(), seen.end(), true) == rows - 1);
  }
}

BOOST_AUTO_TEST_CASE(rows_are_found_where_they_lie) {
  auto found = find();
  BOOST_REQUIRE(found.size() == std::size_t{rows});
  for (int i = 0; i < rows; ++i)
    BOOST_TEST(found[ids[static_cast<std::size_t>(i)]].content.name == "name " + std::to_string(i));
}

BOOST_AUTO_TEST_CASE(the_index_is_not_asked_for_rows_whose_location_is_known) {
  auto before = index_scans();
  BOOST_TEST(before != "0");
  store = persistence::make_settlement_store(db.options(), locations);
  BOOST_TEST(find().size() == std::size_t{rows});
  BOOST_TEST(index_scans() == before);
}

BOOST_AUTO_TEST_CASE(a_file_with_some_repetitions_is_not_worth_reading_pages) {
  forget();
  ids.resize(500);
  for (int i = 0; i < 1'000; ++i)
    ids.push_back("new" + std::to_string(i));
  BOOST_TEST(find().size() == 500u);
  BOOST_TEST(known() == 0);
}

BOOST_AUTO_TEST_CASE(a_small_batch_is_not_worth_reading_pages) {
  forget();
  ids.resize(499);
  BOOST_TEST(find().size() == 499u);
  BOOST_TEST(known() == 0);
  ids.push_back("id1499");
  BOOST_TEST(find().size() == 500u);
  BOOST_TEST(known() == 500);
}

BOOST_AUTO_TEST_CASE(pages_that_cannot_be_read_hinder_nothing) {
  put_view_before_table();
  forget();
  fail_statements_with("ctid >=");
  BOOST_TEST(find().size() == std::size_t{rows});
  BOOST_TEST(known() == 0);
  // Nobody believes them to be in another's hands.
  fail_statements_with("none");
  BOOST_TEST(find().size() == std::size_t{rows});
  BOOST_TEST(known() == rows);
}

BOOST_AUTO_TEST_CASE(row_locations_that_cannot_be_read_hinder_nothing) {
  put_view_before_table();
  fail_statements_with("ctid = any");
  BOOST_TEST(find().size() == std::size_t{rows});
}

BOOST_AUTO_TEST_CASE(pages_are_not_read_where_row_locations_are_of_no_use) {
  put_view_before_table();
  fail_statements_with("ctid = any",
                       "raise 'damaged'; elsif position('ctid >=' in current_query()) > 0 then "
                       "perform pg_terminate_backend(pg_backend_pid())");
  BOOST_TEST(find().size() == std::size_t{rows});
}

BOOST_AUTO_TEST_CASE(a_time_out_is_not_waited_for_twice) {
  put_view_before_table();
  fail_statements_with("ctid = any", "raise 'slow' using errcode = '57014'");
  BOOST_TEST(failure() == domain::errc::transaction_conflict);
}

BOOST_AUTO_TEST_CASE(a_lost_connection_is_an_error) {
  put_view_before_table();
  auto lose = "perform pg_terminate_backend(pg_backend_pid())";
  fail_statements_with("ctid = any", lose);
  BOOST_TEST(failure() == domain::errc::database_unavailable);
  forget();
  fail_statements_with("ctid >=", lose);
  BOOST_TEST(failure() == domain::errc::database_unavailable);
  fail_statements_with("none");
  BOOST_TEST(find().size() == std::size_t{rows});
  BOOST_TEST(known() == rows);
}

BOOST_AUTO_TEST_CASE(rows_that_moved_are_found_with_their_new_content) {
  db.exec("update bankslips set name = 'new'");
  auto found = find();
  BOOST_REQUIRE(found.size() == std::size_t{rows});
  for (const auto& [id, d] : found)
    BOOST_TEST(d.content.name == "new");
}

BOOST_AUTO_TEST_CASE(rows_that_are_gone_are_not_found) {
  db.exec("delete from bankslips where debt_id < 'id1100'");
  BOOST_TEST(find().size() == std::size_t{rows - 100});
  db.exec("truncate bankslips");
  BOOST_TEST(find().empty());
}

BOOST_AUTO_TEST_CASE(another_row_in_the_same_location_is_another_row) {
  db.exec("delete from bankslips");
  db.exec("vacuum bankslips");
  insert("b");
  BOOST_REQUIRE(db.value("select count(*) from bankslips where ctid = '(0,1)'") == "1");
  BOOST_TEST(find().empty());
  // Old and new rows have the same locations now.
  auto old = ids;
  for (auto& id : ids)
    id += "b";
  BOOST_TEST(find().size() == std::size_t{rows});
  ids.insert(ids.end(), old.begin(), old.end());
  std::sort(ids.begin(), ids.end());
  BOOST_TEST(find().size() == std::size_t{rows});
}

BOOST_AUTO_TEST_CASE(an_id_asked_for_twice_is_answered_once) {
  ids.insert(ids.begin(), ids.front());
  BOOST_TEST(find().size() == std::size_t{rows});
}

BOOST_AUTO_TEST_CASE(an_unfinished_row_in_its_location_comes_with_all_of_its_columns) {
  db.exec("truncate bankslips");
  db.exec("insert into bankslips (debt_id, bankslip_file) values ('id1000', '34191')");
  BOOST_REQUIRE(db.value("select ctid from bankslips") == "(0,1)");
  auto found = find();
  BOOST_REQUIRE(found.size() == 1u);
  BOOST_TEST(found["id1000"].status == domain::debt_status::generated);
  BOOST_TEST(found["id1000"].linha_digitavel == "34191");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
