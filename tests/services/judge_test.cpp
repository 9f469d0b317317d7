#include <boost/test/unit_test.hpp>

#include "domain/boleto/builtin_slip.hpp"
#include "domain/boleto/pix.hpp"
#include "services/impl/judge.hpp"
#include "services/impl/slip_answer.hpp"
#include "services/impl/smtp_session.hpp"
#include "json/json.hpp"

using namespace bankslip;
using namespace bankslip::services;

BOOST_AUTO_TEST_SUITE(judge_test)

namespace {

domain::debt sample() {
  return {"8291",        "João",
          "11111111111", "joao@example.com",
          {12345},       *domain::parse_date("2026-12-21")};
}

smtp_session talk(std::initializer_list<std::string_view> lines) {
  smtp_session s;
  for (auto line : lines) {
    if (line == ".")
      s.on_body_end();
    else if (line[0] >= '0' && line[0] <= '9')
      s.on_reply(line);
    else
      s.on_command(line);
  }
  return s;
}

} // namespace

BOOST_AUTO_TEST_CASE(each_status_is_judged_as_documented) {
  auto call = [](int status) { return judge_status(status, true).call; };
  for (int s : {200, 201, 202})
    BOOST_TEST(call(s) == call_result::accepted);
  for (int s : {400, 404, 410, 413, 422})
    BOOST_TEST(call(s) == call_result::refused);
  for (int s : {301, 302, 401, 403, 405, 408, 425, 429, 503})
    BOOST_TEST(call(s) == call_result::not_done);
  for (int s : {204, 409, 500, 502, 504, 599})
    BOOST_TEST(call(s) == call_result::unclear);
}

BOOST_AUTO_TEST_CASE(faults_of_the_service_and_of_a_debt_are_told_apart) {
  for (int s : {400, 409, 422})
    BOOST_TEST(!judge_status(s, true).service_fault);
  for (int s : {401, 403, 408, 429, 500, 502, 503, 504})
    BOOST_TEST(judge_status(s, true).service_fault);
  BOOST_TEST(judge_status(401, true).misconfigured);
}

BOOST_AUTO_TEST_CASE(a_404_that_the_service_does_not_explain_is_a_wrong_address) {
  auto v = judge_status(404, false);
  BOOST_TEST(v.call == call_result::not_done);
  BOOST_TEST(v.misconfigured);
  BOOST_TEST(error_text("<html>404</html>").empty());
  BOOST_TEST(error_text(R"({"error":"no such\r\nwallet"})") == "no such  wallet");
  BOOST_TEST(error_text(R"({"error":7})").empty());
}

BOOST_AUTO_TEST_CASE(a_slip_with_a_right_line_is_taken) {
  auto d = sample();
  auto line = domain::make_builtin_slip(d).linha_digitavel;
  domain::slip out;
  std::string reason;
  auto body = "{\"linha_digitavel\":\"" + line + "\",\"nosso_numero\":\"7\",\"pix\":null}";
  BOOST_TEST(read_slip_answer(body, d, out, reason) == call_result::accepted);
  BOOST_TEST(out.linha_digitavel == line);
  BOOST_TEST(out.details.find("\"nosso_numero\":\"7\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_slip_with_a_wrong_line_is_refused_with_a_reason) {
  auto d = sample();
  auto line = domain::make_builtin_slip(d).linha_digitavel;
  domain::slip out;
  std::string reason;
  auto read = [&](const std::string& l) {
    reason.clear();
    return read_slip_answer("{\"linha_digitavel\":\"" + l + "\"}", d, out, reason);
  };
  auto changed = line;
  changed[3] = changed[3] == '9' ? '0' : static_cast<char>(changed[3] + 1);
  BOOST_TEST(read(changed) == call_result::refused);
  BOOST_TEST(!reason.empty());
  BOOST_TEST(read("123") == call_result::refused);
  auto other = d;
  other.amount.cents += 1;
  BOOST_TEST(read(domain::make_builtin_slip(other).linha_digitavel) == call_result::refused);
  BOOST_TEST(reason.find("amount") != std::string::npos);
  other = d;
  other.due_date += std::chrono::days{1};
  BOOST_TEST(read(domain::make_builtin_slip(other).linha_digitavel) == call_result::refused);
}

BOOST_AUTO_TEST_CASE(bodies_of_another_form_are_unclear) {
  auto d = sample();
  auto line = domain::make_builtin_slip(d).linha_digitavel;
  domain::slip out;
  std::string reason;
  for (std::string body :
       {std::string{}, std::string{"[]"}, std::string{"{\"linha_digitavel\":true}"},
        std::string{"{}"}, "{\"linha_digitavel\":\"" + line + "\",\"pix\":[]}",
        "{\"linha_digitavel\":\"" + line + "\"", std::string(50'000, '[')})
    BOOST_TEST(read_slip_answer(body, d, out, reason) == call_result::unclear);
}

BOOST_AUTO_TEST_CASE(numbers_are_taken_where_text_is_meant) {
  auto d = sample();
  auto line = domain::make_builtin_slip(d).linha_digitavel;
  for (auto* number : {"12345678", "0", "-1", "12345678901234567890123", "1.50", "7", "42", "9e3",
                       "100000000", "3"}) {
    domain::slip out;
    std::string reason;
    auto body = "{\"linha_digitavel\":\"" + line + "\",\"nosso_numero\":" + number + "}";
    BOOST_TEST((read_slip_answer(body, d, out, reason) == call_result::accepted), reason);
    BOOST_TEST(out.details.find("\"nosso_numero\":\"" + std::string{number} + "\"")
               != std::string::npos);
  }
  domain::slip out;
  std::string reason;
  auto body = "{\"linha_digitavel\":" + line + ",\"barcode\":null}";
  BOOST_TEST((read_slip_answer(body, d, out, reason) == call_result::accepted), reason);
  BOOST_TEST(out.linha_digitavel == line);
}

BOOST_AUTO_TEST_CASE(a_slip_with_a_wrong_pix_code_or_pdf_address_is_refused_with_a_reason) {
  auto d = sample();
  auto line = domain::make_builtin_slip(d).linha_digitavel;
  auto read = [&](const char* field, const std::string& text, std::string& reason) {
    domain::slip out;
    std::string body = "{";
    json::append_json_field(body, "linha_digitavel", line);
    json::append_json_field(body, field, text);
    return read_slip_answer(body + "}", d, out, reason);
  };
  auto good = *domain::builtin_pix(d);
  auto other = d;
  other.amount.cents += 1;
  auto changed = good;
  changed[30] ^= 1;
  for (auto& [code, why] : {std::pair<std::string, std::string>{changed, "CRC"},
                            {*domain::builtin_pix(other), "another amount"},
                            {"00020126…", "byte 6"},
                            {"x", "no tag"},
                            {"000201", "tag 63"},
                            {good + "6304ABCD", "tag 63"},
                            {good.substr(0, good.size() - 1), "tag 63"},
                            {good.substr(6), "tag 00"},
                            {"https://example.com/pix", "no tag"},
                            {std::string(600, '0'), "longer"},
                            {"000201010212", "tag 63"}}) {
    std::string reason;
    BOOST_TEST((read("pix", code, reason) == call_result::refused), code);
    BOOST_TEST(reason.find("Pix code is wrong: ") != std::string::npos, reason);
    BOOST_TEST(reason.find(why) != std::string::npos, reason);
  }
  for (auto* url : {"javascript:alert(1)", "ftp://bank.example/1.pdf", "file:///etc/passwd", "x",
                    "/slips/1.pdf", "//bank.example/1.pdf", "http://", "http:// bank.example",
                    "http://bank.example/a b", "data:text/html,x", "HTTPS", "smtp://bank.example",
                    "http://bank.example/\r\nSet-Cookie: a"}) {
    std::string reason;
    BOOST_TEST((read("pdf_url", url, reason) == call_result::refused), url);
    BOOST_TEST(reason.find("pdf_url") != std::string::npos, reason);
  }
  std::string reason;
  BOOST_TEST((read("pix", good, reason) == call_result::accepted), reason);
  for (auto* url : {"https://bank.example/1.pdf?token=a%20b&x=1#p", "http://127.0.0.1:8101/a",
                    "HTTPS://bank.example/", "https://u:p@bank.example/1"})
    BOOST_TEST((read("pdf_url", url, reason) == call_result::accepted), reason);
}

BOOST_AUTO_TEST_CASE(smtp_refusals_for_good_and_for_now_are_told_apart) {
  auto rcpt = talk({"MAIL FROM:<a@b>", "250 ok", "RCPT TO:<c@d>", "550 no such user"});
  BOOST_TEST(rcpt.judge(false, "x").call == call_result::refused);
  BOOST_TEST(rcpt.judge(false, "x").reason == "the server said: 550 no such user");
  auto grey = talk({"MAIL FROM:<a@b>", "250 ok", "RCPT TO:<c@d>", "451 greylisted"});
  BOOST_TEST(grey.judge(false, "x").call == call_result::not_done);
  BOOST_TEST(!grey.judge(false, "x").service_fault);
  auto login = talk({"AUTH PLAIN", "535 no"});
  auto relay =
      talk({"MAIL FROM:<a@b>", "250 ok", "RCPT TO:<c@d>", "454 4.7.1 Relay access denied"});
  BOOST_TEST(relay.judge(false, "x").call == call_result::not_done);
  BOOST_TEST(!relay.judge(false, "x").service_fault);
  BOOST_TEST(login.judge(true, "x").call == call_result::not_done);
  BOOST_TEST(login.judge(true, "x").service_fault);
  auto busy = talk({"554 go away"});
  BOOST_TEST(busy.judge(false, "x").call == call_result::not_done);
}

BOOST_AUTO_TEST_CASE(a_server_that_asks_for_fewer_messages_is_understood) {
  auto asks = [](std::string_view command, std::string_view reply) {
    return talk({command, reply}).judge(false, "x").too_fast;
  };
  for (auto* reply :
       {"421 4.7.0 too many connections", "421 too busy",
        "454 Throttling failure: Maximum sending rate exceeded.",
        "451 4.3.2 Please try again later", "451 4.7.1 Rate limited: your rate is too high",
        "450-4.7.28 unusual rate of mail"})
    BOOST_TEST(asks("RCPT TO:<c@d>", reply), reply);
  for (auto* reply : {"250 ok", "421 4.4.2 host Error: timeout exceeded", "451 4.7.1 Greylisted",
                      "451 4.7.1 Greylisting in action, please separate", "450 4.2.0 mailbox busy",
                      "452 4.2.2 over quota", "454 4.7.1 <c@d>: Relay access denied",
                      "450 4.2.1 The user you try to reach is receiving mail at a rate too high",
                      "550 too many recipients", "554 5.7.1 rate"})
    BOOST_TEST(!asks("RCPT TO:<c@d>", reply), reply);
  // There it speaks of TLS or of the login (RFC 3207, RFC 4954).
  BOOST_TEST(!asks("STARTTLS", "454 TLS not available"));
  BOOST_TEST(talk({"421 too many connections"}).judge(false, "x").too_fast);
}

BOOST_AUTO_TEST_CASE(only_a_loss_after_the_end_of_the_message_is_unclear) {
  auto lost = talk({"MAIL FROM:<a@b>", "250 ok", "RCPT TO:<c@d>", "250 ok", "DATA", "354 go"});
  BOOST_TEST(lost.judge(false, "cut").call == call_result::not_done);
  lost.on_body_end();
  BOOST_TEST(lost.judge(false, "cut").call == call_result::unclear);
  lost.on_command("QUIT\r\n");
  BOOST_TEST(lost.judge(false, "cut").call == call_result::unclear);
  lost = talk({"DATA", "354 go", ".", "554 spam", "QUIT", "221 bye"});
  BOOST_TEST(lost.judge(false, "cut").call == call_result::refused);
}

BOOST_AUTO_TEST_SUITE_END()
