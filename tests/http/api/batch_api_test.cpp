#include <boost/test/unit_test.hpp>

#include <string>
#include <thread>

#include "tests/http/api/api_fixture.hpp"

using namespace bankslip;
using namespace bankslip::http::fakes;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(batch_api_test)

namespace {

const std::string path = "/bankslip/batch";

struct fixture : api_fixture {
  httplib::Result upload(const std::string& content, const char* field = "file") {
    return client().Post(path, multipart_body(content, field), multipart_type());
  }
  bool aborted(std::string_view reason) {
    return w->eventually(
        [&](world& x) { return x.aborts.size() == 1 && contains(x.aborts[0], reason); });
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(batch_api, fixture)

BOOST_AUTO_TEST_CASE(a_file_reaches_the_parser_byte_by_byte_and_its_report_the_client) {
  std::string content;
  for (int i = 0; i < 200'000; ++i)
    content += "row " + std::to_string(i) + "\r\n--\r\n";
  w->with([](world& x) {
    x.report.upload_id = 17;
    x.report.accepted = 2;
    x.report.rejected = 1;
    x.report.failed_rows = {{1, "d", "debtAmount", "amount_format", "no \"amount\""}};
    x.report.truncated = true;
  });
  const auto answer = upload(content);
  BOOST_REQUIRE(answer);
  BOOST_TEST(answer->status == 201);
  BOOST_TEST(answer->body
             == R"({"message":"Batch processed","upload_id":"17","accepted":2,"rejected":1,)"
                R"("failed_rows":[{"row":1,"error":"no \"amount\"","field":"debtAmount",)"
                R"("code":"amount_format"}],"failed_rows_truncated":true})");
  BOOST_TEST((w->received == content));
  BOOST_TEST(w->blocks <= content.size() / (256 * 1024) + 1);
  BOOST_TEST(w->finished == 1);
  BOOST_TEST(w->aborts.empty());
}

BOOST_AUTO_TEST_CASE(the_encoding_of_a_file_is_told_by_the_query) {
  using domain::text_encoding;
  for (auto [query, encoding] : {std::pair{"", text_encoding::utf_8},
                                 {"?encoding=utf-8", text_encoding::utf_8},
                                 {"?encoding=windows-1252", text_encoding::windows_1252},
                                 {"?encoding=Windows-1252", text_encoding::windows_1252},
                                 {"?encoding=iso-8859-1", text_encoding::iso_8859_1},
                                 {"?encoding=utf-16le", text_encoding::utf_16le}}) {
    const auto answer =
        client().Post(path + query, multipart_body("a,b\n", "file"), multipart_type());
    BOOST_TEST(answer->status == 201, query);
    BOOST_TEST((w->encoding == encoding), query);
  }
  const auto opened = w->opened;
  for (auto query : {"?encoding=", "?encoding=ebcdic", "?encoding=utf-7"}) {
    const auto answer =
        client().Post(path + query, multipart_body("a,b\n", "file"), multipart_type());
    BOOST_TEST(answer->status == 422, query);
    BOOST_TEST(
        contains(answer->body, R"("loc":["query","encoding"],"msg":"Input should be utf-8, )"));
  }
  BOOST_TEST(w->opened == opened);
}

BOOST_AUTO_TEST_CASE(a_chunked_body_is_taken) {
  const auto answer = client().Post(
      path,
      [body = multipart_body("a,b\n1,2\n")](std::size_t offset, httplib::DataSink& sink) {
        if (offset < body.size())
          return sink.write(body.data() + offset, std::min<std::size_t>(7, body.size() - offset));
        sink.done();
        return true;
      },
      multipart_type());
  BOOST_TEST(answer->status == 201);
  BOOST_TEST(w->received == "a,b\n1,2\n");
}

BOOST_AUTO_TEST_CASE(a_form_without_the_field_is_422_and_opens_nothing) {
  const auto answer = upload("a,b", "other");
  BOOST_TEST(answer->status == 422);
  BOOST_TEST(answer->body
             == R"({"detail":[{"type":"missing","loc":["body","file"],)"
                R"("msg":"Field required","input":null}]})");
  BOOST_TEST(client().Post(path, "a,b\n", "text/csv")->status == 422);
  BOOST_TEST(client().Post(path)->status == 422);
  BOOST_TEST(w->opened == 0);
}

// The second one was dropped with 201.
BOOST_AUTO_TEST_CASE(a_second_file_is_422_and_nothing_is_published) {
  const std::string part = "--XyZ-boundary\r\nContent-Disposition: form-data; name=\"file\"; "
                           "filename=\"a.csv\"\r\n\r\n";
  const auto body = part + std::string(1000, 'x') + "\r\n" + part + "c,d\r\n--XyZ-boundary--\r\n";
  const auto answer = client().Post(path, body, multipart_type());
  BOOST_TEST(answer->status == 422);
  BOOST_TEST(contains(answer->body, R"("loc":["body","file"],"msg":"the form has more than one)"));
  BOOST_TEST(w->opened == 0);
  // The second one comes in when the upload is open.
  auto c = connect();
  c.send(upload_head("Content-Length: " + std::to_string(body.size())));
  c.send(body.substr(0, body.size() / 2));
  BOOST_TEST(w->eventually([](world& x) { return x.opened == 1; }));
  c.send(body.substr(body.size() / 2));
  BOOST_TEST(contains(c.read_until("}"), " 422 "));
  BOOST_TEST(aborted("second part named file"));
  BOOST_TEST(w->blocks == 0u);
  BOOST_TEST(w->finished == 0);
}

BOOST_AUTO_TEST_CASE(a_transfer_encoding_of_the_file_is_415_and_named) {
  auto body = multipart_body("YSxi");
  body.insert(body.find("Content-Type"), "Content-Transfer-Encoding: base64\r\n");
  const auto answer = client().Post(path, body, multipart_type());
  BOOST_TEST(answer->status == 415);
  BOOST_TEST(contains(answer->body, "Content-Transfer-Encoding base64 is not accepted"));
  BOOST_TEST(w->opened == 0);
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_422) {
  const auto answer = upload("");
  BOOST_TEST(answer->status == 422);
  BOOST_TEST(contains(answer->body, "the file is empty"));
  BOOST_TEST(w->opened == 0);
}

BOOST_AUTO_TEST_CASE(a_wrong_header_is_answered_at_once_while_the_client_still_sends) {
  w->with([](world& x) {
    x.block_error =
        domain::make_error(domain::errc::invalid_input, "missing columns: debtId, email");
  });
  const auto answer = upload(std::string(64 << 20, 'x'));
  BOOST_REQUIRE(answer);
  BOOST_TEST(answer->status == 422);
  BOOST_TEST(contains(answer->body, R"("loc":["body","file"],"msg":"missing columns: debtId)"));
  BOOST_TEST(answer->get_header_value("Connection") == "close");
  BOOST_TEST(w->blocks == 1u);
  BOOST_TEST(aborted("missing columns"));
}

BOOST_AUTO_TEST_CASE(what_is_away_becomes_503) {
  using domain::errc;
  w->with([](world& x) { x.open_error = domain::make_error(errc::overloaded, "16 uploads"); });
  const auto busy = upload("a\n");
  BOOST_TEST(busy->status == 503);
  BOOST_TEST(busy->has_header("Retry-After"));
  w->with([](world& x) {
    x.open_error = {};
    x.finish_error = domain::make_error(errc::broker_unavailable, "connection refused");
  });
  BOOST_TEST(upload("a\n")->status == 503);
  // What went wrong inside is for the log.
  BOOST_TEST(aborted("broker unavailable"));
}

BOOST_AUTO_TEST_CASE(a_file_over_the_limit_is_413) {
  options.upload_max_bytes = 100'000;
  BOOST_TEST(upload(std::string(100'000, 'x'))->status == 413);
  BOOST_TEST(w->opened == 0);
  auto c = connect();
  c.send(upload_head("Transfer-Encoding: chunked"));
  const auto head = multipart_body(std::string(50'000, 'x'));
  bool open = true;
  for (int i = 0; i < 100 && open; ++i)
    open = c.send("c350\r\n") && c.send(std::string_view{head}.substr(0, 50'000)) && c.send("\r\n");
  BOOST_TEST(contains(c.read_all(), " 413 "));
  BOOST_TEST(aborted("too large"));
}

BOOST_AUTO_TEST_CASE(no_more_uploads_at_a_time_than_allowed) {
  options.max_uploads = 1;
  auto first = connect();
  const auto body = multipart_body(std::string(100, 'x'));
  first.send(upload_head("Content-Length: " + std::to_string(body.size())));
  first.send(body.substr(0, body.size() - 30));
  BOOST_TEST(w->eventually([](world& x) { return x.opened == 1; }));
  const auto second = upload("a\n");
  BOOST_TEST(second->status == 503);
  BOOST_TEST(second->has_header("Retry-After"));
  first.send(body.substr(body.size() - 30));
  BOOST_TEST(contains(first.read_until("}"), " 201 "));
  BOOST_TEST(upload("a\n")->status == 201);
}

BOOST_AUTO_TEST_CASE(a_withheld_credit_stops_the_client_and_its_release_lets_it_go_on) {
  w->with([](world& x) { x.withhold = true; });
  const std::string content(64 << 20, 'x');
  const auto body = multipart_body(content);
  auto c = connect();
  c.send(upload_head("Content-Length: " + std::to_string(body.size())));
  std::size_t sent = 0;
  // The kernel's buffers of both sides fill up, then nothing more is taken.
  while (sent < body.size() && c.writable_within(500))
    sent += c.send_some(std::string_view{body}.substr(sent, 1 << 20));
  BOOST_TEST(sent < 32u << 20);
  BOOST_TEST(w->with([](world& x) { return x.blocks; }) == 1u);
  const auto parser = w->with([](world& x) {
    x.withhold = false;
    return x.parser;
  });
  caf::anon_send(parser, release_atom::value);
  BOOST_TEST(c.send(std::string_view{body}.substr(sent)));
  BOOST_TEST(contains(c.read_until("}"), " 201 "));
  BOOST_TEST((w->received == content));
}

BOOST_AUTO_TEST_CASE(a_credit_that_never_comes_ends_the_upload_with_503) {
  options.publish_wait = 1s;
  w->with([](world& x) { x.withhold = true; });
  BOOST_TEST(upload("a\n")->status == 503);
  BOOST_TEST(aborted("internal"));
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_away_aborts_its_upload) {
  {
    auto c = connect();
    c.send(upload_head("Content-Length: 1000000"));
    c.send(multipart_body("a,b\n1,2\n").substr(0, 130));
    BOOST_TEST(w->eventually([](world& x) { return x.opened == 1; }));
  }
  BOOST_TEST(aborted("before its last byte"));
}

BOOST_AUTO_TEST_CASE(a_half_closed_client_gets_400) {
  auto c = connect();
  c.send(upload_head("Content-Length: 1000000"));
  c.send(multipart_body("a,b\n1,2\n").substr(0, 130));
  c.end_sending();
  BOOST_TEST(contains(c.read_all(), " 400 "));
  BOOST_TEST(aborted("before its last byte"));
}

BOOST_AUTO_TEST_CASE(a_body_without_its_last_boundary_is_400) {
  auto body = multipart_body("a,b\n1,2\n");
  body.resize(body.size() - 6);
  const auto answer = client().Post(path, body, multipart_type());
  BOOST_TEST(answer->status == 400);
  BOOST_TEST(aborted("no last boundary"));
  BOOST_TEST(w->finished == 0);
}

BOOST_AUTO_TEST_CASE(a_client_that_drips_is_ended) {
  options.min_bytes_per_second = 1000;
  options.min_rate_window = 1s;
  auto c = connect();
  c.send(upload_head("Content-Length: 1000000"));
  c.send(multipart_body("a,b\n1,2\n").substr(0, 130));
  std::thread drip{[&] {
    while (c.send("x") && !w->with([](world& x) { return !x.aborts.empty(); }))
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }};
  BOOST_TEST(aborted("too slowly"));
  drip.join();
  BOOST_TEST(contains(c.read_all(), " 408 "));
}

BOOST_AUTO_TEST_CASE(a_client_that_waits_for_100_continue_gets_it_or_its_refusal) {
  const auto body = multipart_body("a,b\n");
  auto c = connect();
  c.send(upload_head("Expect: 100-continue\r\nContent-Length: " + std::to_string(body.size())));
  BOOST_TEST(c.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  c.send(body);
  BOOST_TEST(contains(c.read_until("}"), " 201 "));
  auto huge = connect();
  huge.send(upload_head("Expect: 100-continue\r\nContent-Length: 99999999999"));
  BOOST_TEST(huge.read_until("\r\n").starts_with("HTTP/1.1 413 "));
}

BOOST_AUTO_TEST_CASE(an_upload_in_progress_ends_before_stop_returns) {
  const auto body = multipart_body("a,b\n1,2\n");
  auto c = connect();
  c.send(upload_head("Content-Length: " + std::to_string(body.size())));
  c.send(body.substr(0, body.size() - 10));
  BOOST_TEST(w->eventually([](world& x) { return x.opened == 1; }));
  std::thread stopping{[&] { api->stop(); }};
  c.send(body.substr(body.size() - 10));
  BOOST_TEST(contains(c.read_all(), " 201 "));
  stopping.join();
}

BOOST_AUTO_TEST_CASE(an_upload_that_does_not_come_to_its_end_is_cut_off_at_stop) {
  options.stop_grace = 1s;
  auto c = connect();
  c.send(upload_head("Content-Length: 1000000"));
  c.send(multipart_body("a,b\n1,2\n").substr(0, 130));
  BOOST_TEST(w->eventually([](world& x) { return x.opened == 1; }));
  api->stop();
  BOOST_TEST(contains(c.read_all(), " 503 "));
  BOOST_TEST(aborted("stopping"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
