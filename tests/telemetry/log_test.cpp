#include <cerrno>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>
#include <rapidjson/document.h>

#include "telemetry/impl/log_line.hpp"
#include "telemetry/log.hpp"

using namespace bankslip::telemetry;

BOOST_AUTO_TEST_SUITE(log_test)

namespace {

constexpr std::chrono::system_clock::time_point some_time{
    std::chrono::microseconds{1'769'862'896'123'456}};

/// What is written to standard error while this object lives.
class captured_stderr {
public:
  captured_stderr() : saved_{::dup(STDERR_FILENO)} {
    std::string path = "/tmp/bankslip-log-XXXXXX";
    file_ = ::mkstemp(path.data());
    ::unlink(path.c_str());
    ::dup2(file_, STDERR_FILENO);
  }

  ~captured_stderr() {
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
    ::close(file_);
  }

  std::vector<std::string> lines() const {
    std::string text(static_cast<std::size_t>(::lseek(file_, 0, SEEK_END)), '\0');
    BOOST_REQUIRE(::pread(file_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
    std::vector<std::string> out;
    for (std::size_t begin = 0; begin < text.size();) {
      const auto end = text.find('\n', begin);
      BOOST_REQUIRE_MESSAGE(end != std::string::npos, "the last line has no end");
      out.push_back(text.substr(begin, end - begin));
      begin = end + 1;
    }
    return out;
  }

private:
  int saved_;
  int file_ = -1;
};

rapidjson::Document parsed(const std::string& line) {
  rapidjson::Document out;
  out.Parse<rapidjson::kParseValidateEncodingFlag>(line.c_str(), line.size());
  BOOST_REQUIRE_MESSAGE(!out.HasParseError(), "not JSON: " << line);
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_line_is_one_json_object_with_its_fields) {
  const auto line = json_line(some_time, log_level::warn, "batch repeated",
                              {{"partition", 3}, {"offset", std::int64_t{-7}}, {"error", "away"}});
  BOOST_TEST(line
             == R"({"ts":"2026-01-31T12:34:56.123456Z","level":"warn","msg":"batch repeated",)"
                R"("partition":3,"offset":-7,"error":"away"})");
}

BOOST_AUTO_TEST_CASE(a_plain_line_quotes_what_holds_spaces) {
  BOOST_TEST(
      plain_line(some_time, log_level::info, "started", {{"port", 80}, {"why", "a b"}}, false)
      == "12:34:56.123 info  started port=80 why=\"a b\"");
  BOOST_TEST(plain_line(some_time, log_level::error, "x", {}, true)
             == "12:34:56.123 \x1b[31merror\x1b[0m x");
}

BOOST_AUTO_TEST_CASE(a_hostile_string_cannot_break_a_line) {
  const std::string hostile = "a\n{\"level\":\"error\"}\r\x1b[2J\"\\\x7f\xC2\x85\xE2\x80\xA8\xFF"
                              + std::string(1, '\0') + "z";
  const auto json = json_line(some_time, log_level::info, hostile, {{"e", hostile}, {hostile, 1}});
  const auto document = parsed(json);
  const std::string message = document["msg"].GetString();
  BOOST_TEST(message.substr(0, 20) == "a\n{\"level\":\"error\"}\r");
  BOOST_TEST((document["msg"] == document["e"]));
  const auto plain = plain_line(some_time, log_level::info, hostile, {{"e", hostile}}, false);
  for (const auto& line : {json, plain})
    for (const unsigned char c : line)
      BOOST_TEST((c >= 0x20 && c != 0x7F));
  BOOST_TEST(plain.find("\xC2\x85") == std::string::npos);
  BOOST_TEST(plain.find("\xE2\x80\xA8") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(any_bytes_give_valid_json) {
  BOOST_TEST(rc::check([](const std::string& message, const std::string& value) {
    const auto line = json_line(some_time, log_level::info, message, {{"value", value}});
    rapidjson::Document document;
    document.Parse<rapidjson::kParseValidateEncodingFlag>(line.c_str(), line.size());
    RC_ASSERT(!document.HasParseError());
    RC_ASSERT(line.find('\n') == std::string::npos);
  }));
}

BOOST_AUTO_TEST_CASE(valid_text_comes_back_as_it_was) {
  const std::string text = "João 💶 \"q\" \\ \t \xEF\xBF\xBF \xF4\x8F\xBF\xBF";
  BOOST_TEST(parsed(json_line(some_time, log_level::info, text, {}))["msg"].GetString() == text);
}

BOOST_AUTO_TEST_CASE(a_long_text_is_cut_at_a_character) {
  std::string text;
  while (text.size() < 100'000)
    text += "ã€x";
  const auto line = json_line(some_time, log_level::info, text, {});
  BOOST_TEST(line.size() < 2200u);
  const std::string message = parsed(line)["msg"].GetString();
  BOOST_TEST(message.substr(message.size() - 3) == "…");
}

BOOST_AUTO_TEST_CASE(lines_below_the_level_are_not_written) {
  captured_stderr out;
  init_log({log_level::warn, log_format::json});
  log_info("quiet");
  log_warn("loud", {{"n", 1}});
  log(log_level::off, "never");
  init_log({log_level::off, log_format::json});
  log_error("off");
  const auto lines = out.lines();
  BOOST_REQUIRE_EQUAL(lines.size(), 1u);
  BOOST_TEST(std::string{parsed(lines[0])["msg"].GetString()} == "loud");
}

BOOST_AUTO_TEST_CASE(a_scope_adds_its_field_to_the_lines_of_its_thread) {
  init_log({log_level::info, log_format::plain});
  const captured_stderr output;
  {
    const log_scope request{{"request_id", "r1"}};
    const log_scope inner{{"upload_id", 17}};
    log_info("in both", {{"port", 80}});
    std::thread{[] { log_info("elsewhere"); }}.join();
  }
  log_info("behind them");
  const auto lines = output.lines();
  BOOST_REQUIRE(lines.size() == 3u);
  BOOST_TEST(lines[0].ends_with("in both port=80 upload_id=17 request_id=r1"));
  BOOST_TEST(lines[1].ends_with("elsewhere"));
  BOOST_TEST(lines[2].ends_with("behind them"));
}

BOOST_AUTO_TEST_CASE(a_file_gets_no_colours) {
  captured_stderr out;
  init_log({log_level::info, log_format::plain});
  log_error("plain");
  const auto lines = out.lines();
  BOOST_REQUIRE_EQUAL(lines.size(), 1u);
  BOOST_TEST(lines[0].find('\x1b') == std::string::npos);
  BOOST_TEST(lines[0].find("error plain") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(lines_of_many_threads_do_not_mix) {
  captured_stderr out;
  init_log({log_level::info, log_format::json});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t] {
      for (int i = 0; i < 250; ++i)
        log_info("line", {{"thread", t}, {"text", std::string(300, 'x')}});
    });
  for (auto& thread : threads)
    thread.join();
  const auto lines = out.lines();
  BOOST_TEST(lines.size() == 1000u);
  for (const auto& line : lines)
    parsed(line);
}

BOOST_AUTO_TEST_CASE(a_mask_hides_who_a_person_is) {
  BOOST_TEST(mask_document("12345678968") == "***68");
  BOOST_TEST(mask_document("123") == "***");
  BOOST_TEST(mask_document("") == "***");
  BOOST_TEST(mask_document("12ãé") == "***ãé");
}

BOOST_AUTO_TEST_SUITE_END()
