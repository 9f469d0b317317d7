#include <caf/typed_event_based_actor.hpp>

#include "actors/front.hpp"
#include "actors/parser.hpp"
#include "actors/store.hpp"
#include "actors/store_pool.hpp"
#include "tests/actors/stage.hpp"

using namespace bankslip;
using namespace bankslip::test;

BOOST_AUTO_TEST_SUITE(upload_test)

namespace {

struct upload_stage : stage {
  std::shared_ptr<slow_publisher> broker = std::make_shared<slow_publisher>();
  publishing_actor publisher = start_publisher();
  std::shared_ptr<domain::availability> seen = std::make_shared<domain::availability>();
  storing_actor store = start_store();
  front_actor front;

  publishing_actor start_publisher() {
    broker->self = spawn(slow_publishing, broker);
    return broker->self;
  }

  store_pool_actor start_store() {
    store_options options;
    options.make_store = [this] { return world.db.debt_store(process); };
    options.codec = codec;
    options.publisher = publisher;
    store_pool_options pool;
    pool.stores = {spawn(actors::store, 0, std::move(options))};
    pool.time = &world.time;
    return spawn(actors::store_pool, std::move(pool));
  }

  void start(std::size_t chunk_size, std::size_t max_chunks, std::size_t max_uploads = 2) {
    front_options options;
    options.parser.chunk_size = chunk_size;
    options.parser.max_chunks = max_chunks;
    options.codec = codec;
    options.publisher = publisher;
    options.store = store;
    options.seen = seen;
    options.max_uploads = max_uploads;
    front = spawn(actors::front, std::move(options));
    run();
  }

  upload_opened open(domain::text_encoding encoding = domain::text_encoding::utf_8) {
    auto opened = ask<upload_opened>(front, open_upload{encoding});
    BOOST_REQUIRE_MESSAGE(opened->value.has_value(), domain::text_of(opened->error));
    keep(opened->value->parser);
    return *opened->value;
  }

  auto push(const parser_actor& parser, std::string bytes) {
    return ask<block_accepted>(parser,
                               upload_block{std::make_shared<const std::string>(std::move(bytes))});
  }
  auto finish(const parser_actor& parser) { return ask<upload_report>(parser, finish_upload{}); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(uploads, upload_stage)

BOOST_AUTO_TEST_CASE(
    credit_is_withheld_while_too_many_chunks_are_under_way_and_released_by_answers) {
  start(1, 2);
  auto parser = open().parser;
  auto first = push(parser, csv_header() + csv_row("a") + csv_row("b"));
  BOOST_TEST(first->value.has_value());
  BOOST_TEST(broker->open.size() == 2u);
  auto second = push(parser, csv_row("c") + csv_row("d"));
  BOOST_TEST(second->pending());
  BOOST_TEST(broker->open.size() == 2u);
  broker->answer_one();
  run();
  BOOST_TEST(second->pending());
  broker->answer_one();
  run();
  BOOST_TEST(second->value.has_value());
  auto end = finish(parser);
  BOOST_TEST(end->pending());
  while (!broker->open.empty()) {
    broker->answer_one();
    run();
  }
  BOOST_REQUIRE(end->value.has_value());
  BOOST_TEST(end->value->accepted == 4);
  BOOST_TEST(is_dead(parser));
  const auto& u = world.db.uploads.begin()->second;
  BOOST_TEST(u.state == domain::upload_state::processing);
  BOOST_TEST(u.totals.accepted == 4);
}

BOOST_AUTO_TEST_CASE(a_wrong_header_ends_the_upload_and_publishes_nothing) {
  start(10, 2);
  auto parser = open().parser;
  // It may be a title: the next lines are looked at too.
  BOOST_TEST(push(parser, "name,email\nMaria,m@example.com\n")->value.has_value());
  BOOST_TEST(finish(parser)->code() == errc::invalid_input);
  BOOST_TEST(broker->got.empty());
  BOOST_TEST(world.db.uploads.begin()->second.state == domain::upload_state::aborted);
  pass(11s, 1s);
  BOOST_TEST(is_dead(parser));
}

BOOST_AUTO_TEST_CASE(rejected_rows_are_reported_in_order_and_cut_at_1000) {
  start(100, 64);
  auto opened = open();
  std::string file = csv_header();
  for (int i = 0; i < 1500; ++i)
    file += csv_row("r" + std::to_string(i), i % 10 == 0 ? "1" : "-1");
  auto end = push(opened.parser, file);
  auto report = finish(opened.parser);
  // The broker answers the chunks from behind.
  while (!broker->open.empty()) {
    std::swap(broker->open.front(), broker->open.back());
    broker->answer_one();
    run();
  }
  BOOST_REQUIRE(report->value.has_value());
  BOOST_TEST(report->value->accepted == 150);
  BOOST_TEST(report->value->rejected == 1350);
  BOOST_TEST(report->value->truncated);
  const auto& rows = report->value->failed_rows;
  BOOST_REQUIRE_EQUAL(rows.size(), 1000u);
  BOOST_TEST(rows.front().row == 1);
  BOOST_TEST(rows.back().row == 1111);
  for (std::size_t i = 1; i < rows.size(); ++i)
    BOOST_REQUIRE(rows[i - 1].row < rows[i].row);
  BOOST_TEST(rows.front().field == "debtAmount");
  BOOST_TEST(world.db.problems.size() == 1350u);
}

BOOST_AUTO_TEST_CASE(rejected_rows_are_kept_as_they_were_with_header_and_separator) {
  start(1, 8);
  auto opened = open(domain::text_encoding::windows_1252);
  const std::string header =
      "name;governmentId;email;debtAmount;debtDueDate;debtId;Observa\xE7\xE3o";
  push(opened.parser, "sep=;\r\n" + header
                          + "\r\nJos\xE9; 1 ;a@b.co;x;2026-01-01;d0;\"a;\r\nb\"\r\n;;;;;;\r\n"
                            "Ana;1;a@b.co;10,50;2026-01-01;d1;\r\n\"un\"x;1\r\n"
                            "Ana;1;a@b.co;10,50;2026-01-01;.;\r\n");
  auto report = finish(opened.parser);
  while (!broker->open.empty()) {
    broker->answer_one();
    run();
  }
  BOOST_REQUIRE(report->value.has_value());
  BOOST_TEST(report->value->accepted == 1);
  BOOST_TEST(report->value->rejected == 3);
  std::vector<std::string> raw;
  for (const auto& [key, problem] : world.db.problems)
    raw.push_back(std::to_string(problem.row) + " " + problem.code + " " + problem.raw);
  const std::vector<std::string> expected = {
      "0 amount_format José; 1 ;a@b.co;x;2026-01-01;d0;\"a;\r\nb\"", "2 quote_syntax \"un\"x;1",
      "3 debt_id_characters Ana;1;a@b.co;10,50;2026-01-01;.;"};
  BOOST_TEST(raw == expected, boost::test_tools::per_element());
  const auto& form = world.db.uploads.begin()->second.form;
  BOOST_TEST(form.header == "name;governmentId;email;debtAmount;debtDueDate;debtId;Observação");
  BOOST_TEST(form.separator == ';');
}

BOOST_AUTO_TEST_CASE(an_aborted_upload_is_stored_as_aborted_once_its_chunks_have_ended) {
  start(1, 4);
  auto parser = open().parser;
  push(parser, csv_header() + csv_row("a"));
  caf::anon_send(parser, abort_upload{"the client went away", errc::upload_aborted});
  run();
  BOOST_TEST(world.db.uploads.begin()->second.state == domain::upload_state::receiving);
  broker->answer_one();
  run();
  const auto& stored = world.db.uploads.begin()->second;
  BOOST_TEST(stored.state == domain::upload_state::aborted);
  BOOST_TEST(stored.totals.failure.code == "upload_aborted");
  BOOST_TEST(stored.totals.failure.text == "the client went away");
  BOOST_TEST(is_dead(parser));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_refused_keeps_the_reason) {
  start(1, 4);
  auto parser = open().parser;
  push(parser, "nome;cpf\nAna;1\n");
  BOOST_TEST(finish(parser)->code() == errc::invalid_input);
  const auto& stored = world.db.uploads.begin()->second;
  BOOST_TEST(stored.state == domain::upload_state::aborted);
  BOOST_TEST(stored.totals.failure.code == "csv_invalid");
  BOOST_TEST(stored.totals.failure.text.starts_with("the header line lacks the columns"));
}

BOOST_AUTO_TEST_CASE(a_chunk_that_is_not_acknowledged_fails_the_upload) {
  start(1, 1);
  auto parser = open().parser;
  push(parser, csv_header() + csv_row("a"));
  auto waiting = push(parser, csv_row("b") + csv_row("c"));
  broker->answer_one(domain::make_error(errc::broker_unavailable, "no acknowledgement"));
  run();
  BOOST_TEST(waiting->code() == errc::broker_unavailable);
  BOOST_TEST(finish(parser)->code() == errc::broker_unavailable);
  BOOST_TEST(world.db.uploads.begin()->second.state == domain::upload_state::aborted);
}

BOOST_AUTO_TEST_CASE(an_upload_whose_lease_ran_out_ends_as_aborted) {
  start(1, 1);
  auto opened = open();
  push(opened.parser, csv_header());
  BOOST_REQUIRE(!world.db.debt_store(process)->abort_upload(opened.upload_id, {}));
  BOOST_TEST(finish(opened.parser)->code() == errc::upload_aborted);
}

BOOST_AUTO_TEST_CASE(an_abort_while_the_end_is_stored_changes_nothing) {
  start(1, 1);
  auto parser = open().parser;
  push(parser, csv_header());
  auto end = std::make_shared<answer<upload_report>>();
  // Both lie in the mailbox before the store can answer.
  run_once([=](caf::event_based_actor* self) {
    self->request(parser, 1440min, finish_upload{})
        .then([=](const upload_report& r) { end->value = r; },
              [=](caf::error& e) { end->error = std::move(e); });
    self->send(parser, abort_upload{"the server is stopping", errc::shutting_down});
    self->send(parser, idle_due{});
  });
  run();
  BOOST_TEST(end->value.has_value());
  BOOST_TEST(world.db.uploads.begin()->second.state == domain::upload_state::processing);
}

BOOST_AUTO_TEST_CASE(a_client_may_abort_with_the_word_idle_while_its_chunks_are_under_way) {
  start(1, 4);
  auto parser = open().parser;
  push(parser, csv_header() + csv_row("a"));
  caf::anon_send(parser, abort_upload{"idle"});
  run();
  BOOST_TEST(push(parser, csv_row("b"))->code() == errc::upload_aborted);
  broker->answer_one();
  run();
  BOOST_TEST(world.db.uploads.begin()->second.state == domain::upload_state::aborted);
}

BOOST_AUTO_TEST_CASE(an_upload_that_brings_nothing_is_aborted) {
  start(1, 1);
  auto parser = open().parser;
  pass(4min, 10s);
  BOOST_TEST(world.db.uploads.begin()->second.state == domain::upload_state::aborted);
}

BOOST_AUTO_TEST_CASE(open_uploads_are_capped_and_a_drain_waits_for_them) {
  start(1, 1, 2);
  auto first = open().parser;
  auto second = open().parser;
  BOOST_TEST(ask<upload_opened>(front, open_upload{})->code() == errc::overloaded);
  auto end = ask<drained>(front, drain{});
  BOOST_TEST(end->pending());
  BOOST_TEST(ask<upload_opened>(front, open_upload{})->code() == errc::shutting_down);
  push(first, csv_header());
  BOOST_TEST(finish(first)->value.has_value());
  BOOST_TEST(end->pending());
  caf::anon_send(front, abort_uploads{});
  run();
  BOOST_TEST(end->value.has_value());
  BOOST_TEST(is_dead(second));
}

BOOST_AUTO_TEST_CASE(no_upload_is_taken_before_the_topics_are_there) {
  start(1, 1);
  seen->is_away({domain::dependency_kind::topics}, "being prepared");
  BOOST_TEST(ask<upload_opened>(front, open_upload{})->code() == errc::broker_unavailable);
  seen->is_there({domain::dependency_kind::topics});
  open();
}

BOOST_AUTO_TEST_CASE(an_upload_shows_what_it_has_while_it_is_received) {
  start(2, 8);
  auto one = open();
  auto other = open();
  push(one.parser, csv_header() + csv_row("a") + csv_row("b", "-1") + csv_row("c") + csv_row("d"));
  push(other.parser, csv_header() + csv_row("e", "-1") + csv_row("f", "-1"));
  auto shown = [&](std::int64_t id) {
    return ask<upload_found>(front, find_upload{id})->value->upload;
  };
  BOOST_TEST(shown(one.upload_id).accepted == 0);
  while (!broker->open.empty()) {
    broker->answer_one();
    run();
  }
  BOOST_TEST(shown(one.upload_id).state == domain::upload_state::receiving);
  BOOST_TEST(shown(one.upload_id).accepted == 3);
  BOOST_TEST(shown(one.upload_id).rejected == 1);
  BOOST_TEST(shown(one.upload_id).bytes > 0);
  BOOST_TEST(shown(other.upload_id).accepted == 0);
  BOOST_TEST(shown(other.upload_id).rejected == 2);
  const auto listed = ask<uploads_listed>(front, list_uploads{})->value->uploads;
  BOOST_REQUIRE_EQUAL(listed.size(), 2u);
  BOOST_TEST(listed[0].rejected == 2);
  BOOST_TEST(listed[1].accepted == 3);
  // An upload that this process does not receive stays as the database has it.
  auto elsewhere = world.db.debt_store(process)->open_upload(30s);
  BOOST_TEST(shown(*elsewhere).accepted == 0);
  BOOST_TEST(finish(one.parser)->value.has_value());
  BOOST_TEST(shown(one.upload_id).state == domain::upload_state::processing);
  BOOST_TEST(shown(one.upload_id).accepted == 3);
}

BOOST_AUTO_TEST_CASE(two_uploads_share_the_metrics_of_their_links) {
  start(1, 3, 5);
  BOOST_TEST(metric(R"(bankslip_credit{link="upload"})") == 5);
  auto one = open();
  auto other = open();
  push(one.parser, csv_header() + csv_row("a") + csv_row("b"));
  push(other.parser, csv_header() + csv_row("c"));
  BOOST_TEST(metric(R"(bankslip_in_flight{link="upload"})") == 2);
  BOOST_TEST(metric(R"(bankslip_credit{link="upload"})") == 3);
  BOOST_TEST(metric(R"(bankslip_in_flight{link="chunks"})") == 3);
  BOOST_TEST(metric(R"(bankslip_credit{link="chunks"})") == 3);
  while (!broker->open.empty()) {
    broker->answer_one();
    run();
  }
  finish(one.parser);
  BOOST_TEST(metric(R"(bankslip_in_flight{link="upload"})") == 1);
  BOOST_TEST(metric(R"(bankslip_in_flight{link="chunks"})") == 0);
  BOOST_TEST(metric(R"(bankslip_credit{link="chunks"})") == 3);
  finish(other.parser);
  BOOST_TEST(metric(R"(bankslip_credit{link="chunks"})") == 0);
}

BOOST_AUTO_TEST_CASE(leases_of_open_uploads_are_renewed) {
  start(1, 1);
  open();
  pass(20s, 1s);
  BOOST_TEST((world.db.uploads.begin()->second.lease_until > world.time.utc_now() + 24s));
}

BOOST_AUTO_TEST_CASE(who_asks_after_a_crash_sees_how_far_an_upload_was) {
  start(2, 8);
  auto parser = open().parser;
  push(parser, csv_header() + csv_row("a") + csv_row("b", "-1"));
  while (!broker->open.empty()) {
    broker->answer_one();
    run();
  }
  pass(6s, 1s);
  const auto& stored = world.db.uploads.begin()->second;
  BOOST_TEST(stored.totals.accepted == 1);
  BOOST_TEST(stored.totals.rejected == 1);
  BOOST_TEST(stored.totals.bytes > 0);
  BOOST_TEST(stored.form.header.starts_with("name,"));
}

BOOST_AUTO_TEST_CASE(what_workers_saw_counts_before_its_chunk_has_reported) {
  start(2, 8);
  auto opened = open();
  push(opened.parser, csv_header() + csv_row("a") + csv_row("b"));
  world.db.progress[{opened.upload_id, 0}].sums.emailed = 2;
  const auto shown = ask<upload_found>(front, find_upload{opened.upload_id})->value->upload;
  BOOST_TEST(shown.state == domain::upload_state::receiving);
  BOOST_TEST(shown.emailed == 2);
  BOOST_TEST(shown.accepted == 2);
}

BOOST_AUTO_TEST_CASE(a_posted_debt_is_stored_published_and_leaves_the_outbox_on_acknowledgement) {
  start(1, 1);
  domain::debt d{"a", "Maria", "1", "m@example.com", {5}, *domain::parse_date("2026-12-21")};
  auto made = ask<debt_created>(front, create_debt{d});
  BOOST_REQUIRE(made->value.has_value());
  BOOST_TEST(made->value->created);
  BOOST_TEST(world.db.outbox.size() == 1u);
  BOOST_REQUIRE_EQUAL(broker->got.size(), 1u);
  BOOST_TEST(broker->got[0]->stored);
  broker->answer_one();
  run();
  BOOST_TEST(world.db.outbox.size() == 1u);
  pass(1s);
  BOOST_TEST(world.db.outbox.empty());
  BOOST_TEST(!ask<debt_created>(front, create_debt{d})->value->created);
  BOOST_TEST(ask<debt_revived>(front, retry_debt{"a", {}})->code() == errc::wrong_state);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
