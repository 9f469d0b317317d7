#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "cli/upload_client.hpp"
#include "http/api/dto.hpp"
#include "tests/http/api/gate_fixture.hpp"

using namespace bankslip;
using namespace bankslip::http::fakes;

BOOST_AUTO_TEST_SUITE(upload_client_test)

namespace {

domain::upload_record record(domain::upload_state state) {
  domain::upload_record u;
  u.upload_id = 17;
  u.state = state;
  u.accepted = 3;
  u.rejected = 1;
  u.generated = u.emailed = 2;
  u.failed = 1;
  return u;
}

struct fixture : gate_fixture {
  explicit fixture(bool with_keys = false) {
    char name[] = "/tmp/bankslip-upload-XXXXXX";
    const auto fd = ::mkstemp(name);
    BOOST_REQUIRE(fd >= 0);
    ::close(fd);
    upload.file = name;
    if (!with_keys)
      options.keys.reset();
    upload.url = "http://127.0.0.1:" + std::to_string(port());
    upload.progress_timeout = std::chrono::seconds{2};
    w->with([](world& x) {
      x.report = {17, 3, 1, {{2, "d", "debtAmount", "amount_format", "bad amount"}}, false};
      x.uploads = {record(domain::upload_state::done)};
    });
  }
  ~fixture() { std::filesystem::remove(upload.file); }

  int run() { return cli::run_upload(upload, out, err); }

  void write(const std::string& content) {
    std::ofstream{upload.file, std::ios::binary} << content;
  }

  cli::upload_client_options upload;
  std::ostringstream out;
  std::ostringstream err;
};

struct key_fixture : fixture {
  key_fixture() : fixture{true} {}
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(upload_client, fixture)

BOOST_AUTO_TEST_CASE(a_file_is_sent_whole_and_its_report_printed) {
  std::string content;
  for (int i = 0; i < 100'000; ++i)
    content += "a row of the file " + std::to_string(i) + "\n";
  write(content);
  BOOST_TEST(run() == 0);
  BOOST_TEST((w->received == content));
  BOOST_TEST(err.str() == "");
  const auto text = out.str();
  BOOST_TEST(contains(text, "upload 17\n"));
  BOOST_TEST(contains(text, "row 2, debtAmount: bad amount\n"));
  BOOST_TEST(contains(text, "e-mailed"));
  BOOST_TEST(contains(text, "settled after"));
}

BOOST_AUTO_TEST_CASE(a_url_may_end_with_a_slash_but_have_no_path) {
  write("a\n");
  upload.url += "/";
  BOOST_TEST(run() == 0);
  upload.url += "api";
  BOOST_TEST(run() == 1);
  BOOST_TEST(contains(err.str(), "not the URL of a server: " + upload.url));
}

BOOST_AUTO_TEST_CASE(the_password_of_a_url_is_never_shown) {
  write("a\n");
  for (const std::string url :
       {"http://ana:s3cret@127.0.0.1:1", "http://ana:s3cret@127.0.0.1:1/", "ana:s3cret@127.0.0.1:1",
        "http://ana:s3cret@127.0.0.1:1/api", "http://ana:s3cret@127.0.0.1:99999",
        "http://ana:s3cret@", "http://s3cret@127.0.0.1:1", "http://ana:s3cr@s3cret@127.0.0.1:1",
        "ftp://ana:s3cret@127.0.0.1", "http://ana:s3cret@127.0.0.1:1?q=1", "ana:s3cret@x y",
        "http://ana:s3cret@127.0.0.1:1/a@b"}) {
    upload.url = url;
    BOOST_TEST(run() == 1);
  }
  BOOST_TEST(contains(err.str(), "cannot connect to http://127.0.0.1:1\n"));
  BOOST_TEST(contains(err.str(), "not the URL of a server: http://127.0.0.1:99999\n"));
  BOOST_TEST(!contains(err.str(), "s3cr"));
  BOOST_TEST(!contains(out.str(), "s3cr"));
}

BOOST_AUTO_TEST_CASE(a_user_and_password_in_the_url_are_taken) {
  write("a\n");
  upload.url.insert(7, "ana:s3cret@");
  BOOST_TEST(run() == 0);
}

BOOST_AUTO_TEST_CASE(an_upload_that_does_not_settle_is_a_failure) {
  write("a\n");
  w->with([](world& x) { x.uploads = {record(domain::upload_state::processing)}; });
  BOOST_TEST(run() == 1);
  BOOST_TEST(contains(err.str(), "upload 17 is processing"));
  upload.wait = false;
  BOOST_TEST(run() == 0);
}

BOOST_AUTO_TEST_CASE(a_refusal_is_shown_in_one_line) {
  write("a\n");
  w->with([](world& x) {
    x.block_error = domain::make_error(domain::errc::invalid_input, "missing columns: debtId");
  });
  BOOST_TEST(run() == 1);
  BOOST_TEST(err.str() == "bankslip upload: the server answered 422: missing columns: debtId\n");
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_named) {
  upload.file = "/nowhere/debts.csv";
  BOOST_TEST(run() == 1);
  BOOST_TEST(err.str()
             == "bankslip upload: cannot read /nowhere/debts.csv: No such file or directory\n");
}

BOOST_AUTO_TEST_CASE(a_server_that_is_away_is_named) {
  write("a\n");
  api.reset();
  BOOST_TEST(run() == 1);
  BOOST_TEST(err.str() == "bankslip upload: cannot connect to " + upload.url + "\n");
}

// It showed none before the answer to the POST.
BOOST_AUTO_TEST_CASE(accepted_rows_are_shown_while_the_file_is_sent) {
  write("a\n");
  upload.terminal = true;
  w->with([](world& x) {
    x.withhold = true;
    x.uploads.clear();
  });
  std::thread server{[this] {
    // Its only block is kept back until the client has looked twice.
    const auto taken = w->eventually([](world& x) { return x.blocks == 1; });
    w->with([](world& x) {
      x.uploads = {record(domain::upload_state::receiving)};
      x.uploads[0].accepted = 1234;
    });
    const auto seen = w->eventually([](world& x) { return x.looked >= 2; });
    const auto parser = w->with([](world& x) {
      x.withhold = false;
      x.uploads = {record(domain::upload_state::done)};
      return x.parser;
    });
    if (taken && seen)
      caf::anon_send(parser, release_atom::value);
  }};
  BOOST_TEST(run() == 0);
  server.join();
  const auto text = out.str();
  BOOST_TEST(contains(text, "uploading 99 %  accepted 1234 "));
  BOOST_TEST(contains(text, "processing 100 %  accepted 3 "));
}

BOOST_AUTO_TEST_CASE(for_programs_there_is_one_object_at_the_end) {
  write("a\n");
  upload.json = true;
  BOOST_TEST(run() == 0);
  const auto text = out.str();
  BOOST_TEST(text.starts_with(R"({"report":{"message":"Batch processed","upload_id":"17",)"));
  BOOST_TEST(contains(text, R"("upload":)" + http::upload_json(record(domain::upload_state::done))
                                + R"(,"accepted_after_ms":)"));
  BOOST_TEST(std::count(text.begin(), text.end(), '\n') == 1);
  upload.wait = false;
  out.str("");
  BOOST_TEST(run() == 0);
  BOOST_TEST(contains(out.str(), R"("upload":null,)"));
}

BOOST_FIXTURE_TEST_CASE(who_may_not_read_is_told_what_was_taken_and_which_scope_is_missing,
                        key_fixture) {
  write("a\n");
  upload.key = "bsk_ingest";
  BOOST_TEST(run() == 3);
  BOOST_TEST(err.str()
             == "bankslip upload: the file was taken as upload 17, but not how it goes on can be "
                "seen: the server answered 403: the key lacks the scope read\n");
  BOOST_TEST(contains(out.str(), "  accepted          3\n"));
  BOOST_TEST(!contains(out.str(), "\n  e-mailed "));
  upload.json = true;
  out.str("");
  BOOST_TEST(run() == 3);
  BOOST_TEST(contains(out.str(), R"("upload":null,)"));
  BOOST_TEST(contains(out.str(), R"("settled_after_ms":null)"));
  upload.wait = false;
  BOOST_TEST(run() == 0);
}

BOOST_AUTO_TEST_CASE(the_first_errors_of_settling_are_shown_too) {
  write("a\n");
  w->with([](world& x) { x.problems = {{1, "d", "", "mail_refused", "550 no such user"}}; });
  BOOST_TEST(run() == 0);
  BOOST_TEST(contains(out.str(), "    row 1: 550 no such user\n"));
}

BOOST_AUTO_TEST_CASE(a_terminal_gets_one_line_that_is_drawn_again) {
  write("a\n");
  upload.terminal = true;
  BOOST_TEST(run() == 0);
  BOOST_TEST(contains(out.str(), "\r["));
  BOOST_TEST(contains(out.str(), "e-mailed 2  failed 1"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
