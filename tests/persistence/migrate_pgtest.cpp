#include <boost/test/unit_test.hpp>

#include <thread>

#include "tests/support/pg_database.hpp"

using bankslip::persistence::migrate;
using bankslip::test::pg_database;
using bankslip::test::pg_session;

BOOST_AUTO_TEST_SUITE(migrate_pgtest)

namespace {

namespace domain = bankslip::domain;

/// Migrations there are.
constexpr int all = 19;

int migrated(pg_database& db) {
  auto applied = migrate(db.options());
  if (!applied)
    BOOST_FAIL(domain::text_of(applied.error()));
  return *applied;
}

std::string as_text(const pg_session::rows& rows) {
  std::string out;
  for (const auto& row : rows) {
    for (const auto& cell : row)
      out += cell + "|";
    out += "\n";
  }
  return out;
}

const char* const ten_columns =
    "select debt_id, name, government_id, email, debt_amount, debt_due_date, bankslip_file, "
    "propagated, created_at, updated_on from bankslips order by debt_id";

} // namespace

BOOST_AUTO_TEST_CASE(a_new_database_is_created_and_migrated_once) {
  pg_database db; // migrates
  BOOST_TEST(migrated(db) == 0);
  BOOST_TEST(db.value("select count(*) from schema_migrations") == std::to_string(all));
  BOOST_TEST(db.value("select pg_encoding_to_char(encoding) from pg_database "
                      "where datname = current_database()")
             == "UTF8");
  BOOST_TEST(db.value("select string_agg(column_name || ' ' || data_type, ',' "
                      "order by ordinal_position) from information_schema.columns "
                      "where table_name = 'bankslips' and ordinal_position <= 10")
             == "debt_id text,name text,government_id text,email text,debt_amount numeric,"
                "debt_due_date date,bankslip_file text,propagated boolean,"
                "created_at timestamp with time zone,updated_on timestamp with time zone");
}

BOOST_AUTO_TEST_CASE(another_writer_of_the_ten_columns_can_insert) {
  pg_database db;
  db.exec("insert into bankslips (debt_id, name, government_id, email, debt_amount, "
          "debt_due_date, bankslip_file, propagated, created_at, updated_on) values "
          "('a', 'n', '1', 'e@x.com', 10.5, '2026-01-31', '', true, now(), null)");
  BOOST_TEST(db.value("select debt_amount from bankslips") == "10.50");
}

BOOST_AUTO_TEST_CASE(many_migrations_at_once_apply_each_file_once) {
  pg_database db{false};
  std::vector<std::thread> threads;
  std::vector<int> applied(6, -1);
  for (std::size_t i = 0; i < applied.size(); ++i)
    threads.emplace_back([&, i] {
      auto n = migrate(db.options());
      applied[i] = n ? *n : -100;
    });
  int sum = 0;
  for (std::size_t i = 0; i < applied.size(); ++i) {
    threads[i].join();
    BOOST_TEST(applied[i] >= 0);
    sum += applied[i];
  }
  BOOST_TEST(sum == all);
}

BOOST_AUTO_TEST_CASE(many_migrations_at_once_create_the_database_once) {
  pg_database db;
  auto options = db.options();
  options.database += "_created";
  std::vector<std::thread> threads;
  std::vector<int> applied(4, -1);
  for (std::size_t i = 0; i < applied.size(); ++i)
    threads.emplace_back([&, i] {
      auto n = migrate(options);
      applied[i] = n ? *n : -100;
    });
  for (auto& t : threads)
    t.join();
  db.exec("drop database " + options.database + " with (force)");
  BOOST_TEST(applied[0] + applied[1] + applied[2] + applied[3] == all);
}

BOOST_AUTO_TEST_CASE(a_changed_file_is_refused) {
  pg_database db;
  db.exec("update schema_migrations set checksum = 'other' where version = 2");
  auto applied = migrate(db.options());
  BOOST_REQUIRE(!applied);
  BOOST_TEST(domain::code_of(applied.error()) == domain::errc::database_refused);
  BOOST_TEST(domain::text_of(applied.error()).find("0002_uploads.sql") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_look_tells_how_a_database_stands_and_changes_nothing) {
  pg_database db{false};
  const auto look = [](const bankslip::persistence::postgres_options& options) {
    auto state = bankslip::persistence::inspect_schema(options);
    if (!state)
      BOOST_FAIL(domain::text_of(state.error()));
    return *state;
  };
  auto absent = db.options();
  absent.database += "_absent";
  BOOST_TEST(!look(absent).exists);
  BOOST_TEST(look(db.options()).pending == all);
  BOOST_TEST(look(db.options()).applied == 0);
  BOOST_TEST(db.value("select count(*) from pg_class where relname = 'schema_migrations'") == "0");
  migrated(db);
  BOOST_TEST(look(db.options()).pending == 0);
  BOOST_TEST(look(db.options()).applied == all);
  BOOST_TEST(!look(db.options()).server_version.empty());
  db.exec("insert into schema_migrations (version, name, checksum) values (9999, '9999_x', '')");
  BOOST_TEST(look(db.options()).applied == all + 1);
  BOOST_TEST(look(db.options()).unknown == 1);
}

BOOST_AUTO_TEST_CASE(a_look_refuses_a_changed_file_and_a_server_that_is_away) {
  pg_database db;
  db.exec("update schema_migrations set checksum = 'other' where version = 2");
  auto state = bankslip::persistence::inspect_schema(db.options());
  BOOST_REQUIRE(!state);
  BOOST_TEST(domain::text_of(state.error()).find("0002_uploads.sql") != std::string::npos);
  auto away = db.options();
  away.port = "1";
  state = bankslip::persistence::inspect_schema(away);
  BOOST_REQUIRE(!state);
  BOOST_TEST(domain::code_of(state.error()) == domain::errc::database_unavailable);
}

BOOST_AUTO_TEST_CASE(a_server_that_is_away_is_said_so) {
  auto options = bankslip::test::pg_server();
  options.port = "1";
  auto applied = migrate(options);
  BOOST_REQUIRE(!applied);
  BOOST_TEST(domain::code_of(applied.error()) == domain::errc::database_unavailable);
}

BOOST_AUTO_TEST_CASE(a_reader_that_holds_the_old_table_only_delays) {
  pg_database db{false};
  db.exec("create table bankslips (debt_id varchar primary key, propagated boolean)");
  db.exec("insert into bankslips values ('a', true)");
  pg_session other{db.options()};
  other.exec("begin; select * from bankslips");
  std::thread migration{[&] { migrated(db); }};
  // Until the migration is seen waiting for the lock.
  for (int i = 0; i < 1000; ++i) {
    if (db.value("select count(*) from pg_locks where not granted") != "0")
      break;
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  other.exec("commit");
  migration.join();
  BOOST_TEST(db.value("select count(*) from bankslips where propagated") == "1");
}

BOOST_AUTO_TEST_CASE(the_old_services_table_is_converted_with_its_rows) {
  pg_database db{false};
  db.exec("create table bankslips (name varchar not null, government_id varchar not null, "
          "email varchar not null, debt_amount float not null, debt_due_date date not null, "
          "debt_id varchar primary key, bankslip_file varchar, propagated boolean, "
          "created_at timestamp, updated_on timestamp)");
  db.exec("insert into bankslips values "
          "('João', '00123', 'j@x.com', 0.1, '2026-12-21', 'b', 'slip', true, "
          " '2025-03-01 10:20:30.5', '2025-03-01 10:21:00'),"
          "('Ana', '2', 'a@x.com', 99999999.99, '2026-12-22', 'A', '', null, "
          " '2025-03-02 00:00:00', null)");
  BOOST_TEST(migrated(db) == all);
  BOOST_TEST(as_text(db.exec(ten_columns))
             == "A|Ana|2|a@x.com|99999999.99|2026-12-22||f|2025-03-02 00:00:00+00||\n"
                "b|João|00123|j@x.com|0.10|2026-12-21|slip|t|2025-03-01 10:20:30.5+00|"
                "2025-03-01 10:21:00+00|\n");
  BOOST_TEST(db.value("select count(*) from bankslips_duplicates") == "0");
  BOOST_TEST(db.value("select to_regclass('bankslips_before_adoption')") == "");
}

BOOST_AUTO_TEST_CASE(cents_survive_the_old_floating_point_column) {
  pg_database db{false};
  db.exec("create table bankslips (debt_id varchar primary key, debt_amount float8)");
  db.exec("insert into bankslips select i, i / 100.0::float8 from generate_series(1, 20000) i");
  db.exec("insert into bankslips select 'big' || i, 99999999.99::float8 - i / 100.0::float8 "
          "from generate_series(1, 5000) i");
  migrated(db);
  BOOST_TEST(db.value("select count(*) from bankslips where debt_id not like 'big%' "
                      "and debt_amount * 100 = debt_id::int")
             == "20000");
  BOOST_TEST(db.value("select count(*) from bankslips where debt_id like 'big%' "
                      "and 9999999999 - debt_amount * 100 = substr(debt_id, 4)::int")
             == "5000");
}

BOOST_AUTO_TEST_CASE(equal_ids_leave_one_row_and_the_others_are_put_aside) {
  pg_database db{false};
  db.exec("create table bankslips (id serial primary key, debt_id varchar, name varchar, "
          "government_id varchar, email varchar, debt_amount float, debt_due_date timestamp, "
          "bankslip_file varchar, propagated boolean default false, created_at timestamp, "
          "updated_on timestamp)");
  db.exec("insert into bankslips (debt_id, name, debt_amount, debt_due_date, bankslip_file, "
          "propagated, created_at) values "
          "('x', 'first', 1, '2026-01-01', null, false, '2025-01-01'),"
          "('x', 'mailed', 1, '2026-01-01', 's', true, '2025-01-03'),"
          "('x', 'slip', 1, '2026-01-01', 's', false, '2025-01-02'),"
          "('y', 'second', 1, '2026-01-01', null, null, '2025-01-02'),"
          "('y', 'first', 1, '2026-01-01 23:59:59', null, null, '2025-01-01'),"
          "(null, 'nobody', 1, '2026-01-01', null, null, '2025-01-01')");
  migrated(db);
  BOOST_TEST(as_text(db.exec("select debt_id, name, propagated, debt_due_date from bankslips "
                             "order by 1"))
             == "x|mailed|t|2026-01-01|\ny|first|f|2026-01-01|\n");
  BOOST_TEST(as_text(db.exec("select debt_id, reason, original ->> 'name' "
                             "from bankslips_duplicates order by 1, 3"))
             == "x|duplicate|first|\nx|duplicate|slip|\ny|duplicate|second|\n"
                "|no debt_id|nobody|\n");
}

BOOST_AUTO_TEST_CASE(values_that_cannot_be_read_are_put_aside_and_the_row_stays) {
  pg_database db{false};
  db.exec("create table bankslips (debt_id varchar, debt_amount float, debt_due_date varchar, "
          "propagated int, created_at varchar)");
  db.exec("insert into bankslips values "
          "('iso', 10, '2026-12-21', 1, '2025-01-01T10:00:00'), "
          "('br', 10, '21/12/2026', 0, '2025-01-01 10:00:00+02'), "
          "('stamp', 10, '2026-12-21 00:00:00', null, null), "
          "('nan', 'NaN', '2026-12-21', 1, null), "
          "('huge', 1e12, '2026-12-21', 1, null), "
          "('nodate', 1, 'tomorrow', 1, null), "
          "('badday', 1, '2026-02-30', 1, 'yesterday'), "
          "('null', null, null, null, null)");
  migrated(db);
  BOOST_TEST(as_text(db.exec("select debt_id, debt_amount, debt_due_date, propagated "
                             "from bankslips order by 1"))
             == "badday|1.00||t|\nbr|10.00|2026-12-21|f|\nhuge||2026-12-21|t|\n"
                "iso|10.00|2026-12-21|t|\nnan||2026-12-21|t|\nnodate|1.00||t|\n"
                "null|||f|\nstamp|10.00|2026-12-21|f|\n");
  BOOST_TEST(db.value("select string_agg(debt_id || ' ' || reason, ',' order by debt_id) "
                      "from bankslips_duplicates")
             == "badday unreadable value,huge unreadable value,nan unreadable value,"
                "nodate unreadable value");
  BOOST_TEST(db.value("select original ->> 'debt_due_date' from bankslips_duplicates "
                      "where debt_id = 'badday'")
             == "2026-02-30");
  BOOST_TEST(db.value("select string_agg(debt_id || ' ' || created_at, ',' order by debt_id) "
                      "from bankslips where created_at < '2025-06-01'")
             == "br 2025-01-01 08:00:00+00,iso 2025-01-01 10:00:00+00");
}

BOOST_AUTO_TEST_CASE(an_old_table_with_columns_of_its_own_stays_beside) {
  pg_database db{false};
  db.exec("create table bankslips (debt_id varchar primary key, propagated boolean, note text)");
  db.exec("insert into bankslips values ('a', true, 'call before noon')");
  migrated(db);
  BOOST_TEST(db.value("select note from bankslips_before_adoption") == "call before noon");
  BOOST_TEST(db.value("select propagated from bankslips where debt_id = 'a'") == "t");
}

BOOST_AUTO_TEST_CASE(an_old_table_that_a_view_reads_stays_beside) {
  pg_database db{false};
  db.exec("create table bankslips (debt_id varchar primary key, propagated boolean)");
  db.exec("create view report as select count(*) as n from bankslips");
  db.exec("insert into bankslips values ('a', true)");
  migrated(db);
  BOOST_TEST(db.value("select n from report") == "1");
  BOOST_TEST(db.value("select count(*) from bankslips") == "1");
}

BOOST_AUTO_TEST_SUITE_END()
