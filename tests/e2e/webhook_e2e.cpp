#include <algorithm>
#include <csignal>
#include <map>
#include <set>
#include <sstream>

#include <boost/test/unit_test.hpp>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/e2e/harness/client.hpp"
#include "tests/e2e/harness/mail_service.hpp"
#include "tests/e2e/harness/server_process.hpp"
#include "tests/e2e/harness/stack.hpp"
#include "tests/e2e/harness/wait.hpp"

using namespace bankslip::e2e;

BOOST_AUTO_TEST_SUITE(webhook_e2e)

namespace {

const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const std::string old_secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGA==";

/// One webhook as webhook_receiver.py saw it.
struct received {
  std::string id, type, verdict, answered, data;
};

/// The receiver in Python, as a child.
class receiver {
public:
  receiver() {
    int in[2], out[2];
    BOOST_REQUIRE(::pipe2(in, O_CLOEXEC) == 0);
    BOOST_REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(in[0], 0);
      ::dup2(out[1], 1);
      // It finds its packages by its own path.
      constexpr auto python = SOURCE_DIR "/.local/venv/bin/python";
      ::execl(python, python, SOURCE_DIR "/tests/e2e/webhook_receiver.py", secret.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    to_child_ = in[1];
    std::string text;
    for (char c = 0; c != '\n' && ::read(out[0], &c, 1) == 1;)
      text.push_back(c);
    ::close(out[0]);
    BOOST_REQUIRE_MESSAGE(text.ends_with('\n'),
                          "the receiver does not start: was scripts/setup run?");
    port_ = std::stoi(text);
  }
  ~receiver() {
    ::close(to_child_);
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  receiver(const receiver&) = delete;
  receiver& operator=(const receiver&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/hook"; }
  /// Orders the next answers, as "500 429:2".
  void answer(const std::string& orders) const {
    BOOST_TEST(post(port_, "/answers", orders).status == 204);
  }
  std::vector<received> calls() const {
    std::vector<received> out;
    std::istringstream lines{get(port_, "/calls").body};
    for (std::string line; std::getline(lines, line);) {
      std::istringstream parts{line};
      auto& c = out.emplace_back();
      for (auto* part : {&c.id, &c.type, &c.verdict, &c.answered, &c.data})
        std::getline(parts, *part, '\t');
    }
    return out;
  }
  std::vector<received> await(std::size_t n) const {
    std::vector<received> out;
    wait_until(std::to_string(n) + " webhooks", [&] {
      out = calls();
      return out.size() >= n;
    });
    return out;
  }

private:
  pid_t child_ = -1;
  int to_child_ = -1;
  int port_ = 0;
};

struct server_fixture {
  own_stack stack;
  mail_service mails;
  receiver to;
  server_process server{stack,
                        {{"EMAIL_URL", mails.url()},
                         {"WEBHOOK_URL", to.url()},
                         {"WEBHOOK_SECRET", old_secret + " " + secret},
                         {"WEBHOOK_ALLOW_PRIVATE", "on"}}};

  server_fixture() { server.ready(); }
  int port() const { return server.port(); }
  std::string deliveries(const std::string& query = "") const {
    return get(port(), "/webhooks/deliveries" + query).body;
  }
};

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++n;
  return n;
}

std::string without_pace(const std::string& upload) {
  const auto from = upload.find(",\"mail_waiting\"");
  const auto to = upload.find(",\"failure_code\"");
  BOOST_REQUIRE(from < to);
  return upload.substr(0, from) + upload.substr(to);
}

} // namespace

BOOST_FIXTURE_TEST_CASE(what_comes_true_is_told_and_told_again_until_it_is_taken, server_fixture) {
  mails.refuse("m3@example.com", "mailbox does not exist");
  to.answer("500 429:7");
  const auto id = member(upload(port(), csv_file("hook", 0, 10)).body, "upload_id");
  const auto upload_now = finished_upload(port(), id);
  // Two events, and each once more: after 5 s and after 7.
  const auto calls = to.await(4);
  std::map<std::string, std::multiset<std::string>> answers;
  std::set<std::string> types;
  for (const auto& c : calls) {
    BOOST_TEST(c.verdict == "verified");
    answers[c.id].insert(c.answered);
    types.insert(c.type);
    if (c.type == "upload.done") {
      // The present pace of e-mails is none of the event's.
      BOOST_TEST(without_pace(c.data) == without_pace(upload_now));
    } else {
      BOOST_TEST(member(c.data, "debt_id") == "hook3");
      BOOST_TEST(member(c.data, "status") == "failed");
      BOOST_TEST(member(c.data, "upload_id") == id);
      BOOST_TEST(number(c.data, "row") == 3);
      BOOST_TEST(member(c.data, "failure").find("mailbox does not exist") != std::string::npos);
    }
  }
  BOOST_TEST((types == std::set<std::string>{"bankslip.failed", "upload.done"}));
  BOOST_REQUIRE_EQUAL(answers.size(), 2u);
  for (const auto& [message, of_event] : answers)
    BOOST_TEST(of_event.count("204") == 1u);

  wait_until("both delivered", [&] { return count_of(deliveries(), "\"delivered\"") == 2; });
  const auto all = deliveries();
  BOOST_TEST(count_of(all, "\"status\":204") == 2u);
  BOOST_TEST(count_of(all, "\"status\":500") == 1u);
  BOOST_TEST(count_of(all, "\"error\":\"answered 429\"") == 1u);
  BOOST_TEST(count_of(deliveries("?state=pending"), "webhook_id") == 0u);
  BOOST_TEST(count_of(deliveries("?limit=1&state=delivered"), "webhook_id") == 1u);
  BOOST_TEST(get(port(), "/webhooks/deliveries?state=lost").status == 422);
  BOOST_TEST(server.metric("bankslip_webhook_calls_total{outcome=\"delivered\"}") == 2);
  BOOST_TEST(server.metric("bankslip_webhook_calls_total{outcome=\"failed\"}") == 2);

  // A retry brings the upload back, and tells it no second time.
  BOOST_TEST(post(port(), "/bankslip/hook3/retry", R"({"email":"new@example.com"})").status == 202);
  wait_until("retried",
             [&] { return member(get(port(), "/bankslip/hook3").body, "status") == "emailed"; });
  BOOST_TEST(member(get(port(), "/uploads/" + id).body, "state") == "done");
  BOOST_TEST(stack.count("select count(*) from webhook_events") == 2);

  // Told again, because somebody asks for it.
  const auto delivery = stack.value("select min(id) from webhook_events");
  const auto resend = "/webhooks/deliveries/" + delivery + "/resend";
  BOOST_TEST(post(port(), resend, "").status == 202);
  const auto more = to.await(5);
  BOOST_TEST(answers.contains(more[4].id));
  BOOST_TEST(more[4].verdict == "verified");
  BOOST_TEST(post(port(), "/webhooks/deliveries/999999/resend", "").status == 404);
  BOOST_TEST(post(port(), "/webhooks/deliveries/x/resend", "").status == 404);
}

BOOST_FIXTURE_TEST_CASE(an_endpoint_that_is_gone_is_left_alone_until_a_test_succeeds,
                        server_fixture) {
  to.answer("410 503");
  finished_upload(port(), member(upload(port(), csv_file("gone", 0, 2)).body, "upload_id"));
  to.await(1);
  wait_until("stopped", [&] { return server.metric("bankslip_webhook_stopped") == 1; });
  finished_upload(port(), member(upload(port(), csv_file("gone", 2, 4)).body, "upload_id"));
  wait_until("both wait", [&] { return server.metric("bankslip_webhooks_pending") == 2; });
  BOOST_TEST(to.calls().size() == 1u);

  const auto bad = post(port(), "/webhooks/test", "");
  BOOST_TEST(bad.status == 200);
  BOOST_TEST(member(bad.body, "delivered") == "false");
  BOOST_TEST(number(bad.body, "status") == 503);
  const auto good = post(port(), "/webhooks/test", "").body;
  BOOST_TEST(member(good, "delivered") == "true");
  BOOST_TEST(number(good, "status") == 204);
  BOOST_TEST(member(good, "error") == "null");
  const auto calls = to.await(5);
  BOOST_TEST(calls[1].type == "webhook.test");
  BOOST_TEST(calls[3].type == "upload.done");
  BOOST_TEST(calls[4].type == "upload.done");
  for (const auto& c : calls)
    BOOST_TEST(c.verdict == "verified");
  wait_until("delivered", [&] { return count_of(deliveries(), "\"delivered\"") == 2; });
}

BOOST_AUTO_TEST_CASE(without_an_endpoint_nothing_is_written) {
  own_stack stack;
  mail_service mails;
  server_process server{stack, {{"EMAIL_URL", mails.url()}}};
  server.ready();
  mails.refuse("m1@example.com", "no");
  finished_upload(server.port(),
                  member(upload(server.port(), csv_file("quiet", 0, 3)).body, "upload_id"));
  BOOST_TEST(stack.count("select count(*) from webhook_events") == 0);
  const auto none = get(server.port(), "/webhooks/deliveries");
  BOOST_TEST(none.status == 409);
  BOOST_TEST(none.body == R"({"detail":"no WEBHOOK_URL is set"})");
  BOOST_TEST(post(server.port(), "/webhooks/test", "").status == 409);
}

BOOST_AUTO_TEST_SUITE_END()
