#include <boost/test/unit_test.hpp>

#include <atomic>
#include <mutex>
#include <thread>

#include <arpa/inet.h>
#include <httplib.h>
#include <netinet/in.h>

#include "services/impl/private_address.hpp"
#include "services/impl/webhook_body.hpp"
#include "services/impl/webhook_signature.hpp"
#include "services/services.hpp"

using namespace bankslip;
using namespace bankslip::services;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(webhooks_test)

namespace {

// The example of the standard's own libraries.
const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const std::string other_secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGA==";

/// A receiver on a free port.
struct receiver {
  receiver() {
    server.Post("/(.*)", [this](const httplib::Request& in, httplib::Response& out) {
      const std::lock_guard lock{mutex};
      got.push_back(in);
      answer(out);
    });
    port = server.bind_to_any_port("127.0.0.1");
    thread = std::thread{[this] { server.listen_after_bind(); }};
    while (!server.is_running())
      std::this_thread::yield();
  }
  ~receiver() {
    server.stop();
    thread.join();
  }

  webhook_options options() const {
    webhook_options o;
    o.url = "http://127.0.0.1:" + std::to_string(port) + "/hook?token=1";
    o.secret = secret;
    o.allow_private = true;
    return o;
  }

  httplib::Server server;
  std::mutex mutex;
  std::vector<httplib::Request> got;
  std::function<void(httplib::Response&)> answer = [](httplib::Response& out) { out.status = 204; };
  int port = 0;
  std::thread thread;
};

domain::webhook_event sample_event(std::int64_t id = 7) {
  domain::webhook_event e;
  e.id = id;
  e.message_id = "evt_" + std::to_string(id);
  e.type = "bankslip.failed";
  e.at = domain::utc_time{1'800'000'000s};
  domain::stored_debt d;
  d.content.debt_id = "doc-1";
  d.status = domain::debt_status::failed;
  d.failure = "no such \"mailbox\"";
  d.from = {12, 3};
  e.facts = d;
  return e;
}

domain::webhook_answer call(domain::webhook_caller& c, const domain::webhook_event& e,
                            std::chrono::milliseconds longest = 5s) {
  c.start(e, longest);
  for (;;)
    if (auto answers = c.poll(100ms); !answers.empty())
      return answers.at(0);
}

bool is_private(const char* text) { return is_private_host(text); }

} // namespace

BOOST_AUTO_TEST_CASE(signatures_are_those_of_the_standard) {
  const auto sign = [](const std::string& secrets) {
    return webhook_signer::read(secrets)->sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                                               R"({"test": 2432232314})");
  };
  const std::string one = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
  const std::string other = "v1,O6Os8pxiEeEz61IPEK5SMabYPFAPKauQxtXWfFUPYSs=";
  BOOST_TEST(sign(secret) == one);
  BOOST_TEST(sign(other_secret) == other);
  // While a secret is changed.
  BOOST_TEST(sign(secret + " " + other_secret) == one + " " + other);
}

// It may be a row of data: the server quotes what it read.
BOOST_AUTO_TEST_CASE(what_a_header_was_is_not_told) {
  domain::upload_record u;
  u.upload_id = 12;
  u.state = domain::upload_state::aborted;
  u.failure = {"csv_invalid", "it has: \"Ana Lima\", \"ana@example.com\""};
  domain::webhook_event event;
  event.type = "upload.aborted";
  event.facts = u;
  const auto body = webhook_body(event);
  BOOST_TEST(
      body.find(R"("failure_code":"csv_invalid","failure":"the file was refused as a whole")")
      != std::string::npos);
  BOOST_TEST(body.find("Ana") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(secrets_that_are_none_are_refused_without_being_shown) {
  const std::string long_one = "whsec_" + std::string(88, 'A');
  for (const auto& bad :
       {std::string{}, std::string{"whsec_"}, std::string{"whsec_AAAA"},
        std::string{"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
        std::string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa$w"}, secret + "A", long_one,
        secret + "  " + other_secret, secret + " " + other_secret + " " + secret}) {
    auto read = webhook_signer::read(bad);
    BOOST_TEST(!read, bad);
    if (!read && bad.size() > 6)
      BOOST_TEST(domain::text_of(read.error()).find(bad.substr(6)) == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(addresses_that_are_not_public_are_known) {
  for (const auto* text : {"127.0.0.1",
                           "127.255.255.255",
                           "10.0.0.1",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "169.254.169.254",
                           "100.64.0.1",
                           "0.0.0.0",
                           "255.255.255.255",
                           "224.0.0.1",
                           "198.18.0.1",
                           "::",
                           "::1",
                           "[::1]",
                           "fe80::1",
                           "fd00::1",
                           "fc00::1",
                           "ff02::1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "::ffff:169.254.169.254",
                           "64:ff9b::10.0.0.1",
                           "64:ff9b:1::1",
                           "2002:a00:1::1",
                           "2001:db8::1",
                           "2001::1",
                           "fec0::1",
                           "::127.0.0.1",
                           "localhost",
                           "x.localhost"})
    BOOST_TEST(is_private(text), text);
  for (const auto* text : {"8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.1", "192.167.1.1",
                           "11.0.0.1", "100.128.0.1", "169.253.1.1", "2606:4700::1111",
                           "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1", "example.com"})
    BOOST_TEST(!is_private(text), text);
  sockaddr_storage unix_socket{};
  unix_socket.ss_family = AF_UNIX;
  BOOST_TEST(is_private_address(reinterpret_cast<sockaddr&>(unix_socket)));
}

BOOST_AUTO_TEST_CASE(options_that_do_not_fit_are_named) {
  webhook_options o;
  BOOST_TEST(!check_options(o));
  const auto named = [&](const char* variable) {
    const auto err = check_options(o);
    return err && domain::text_of(err).find(variable) != std::string::npos;
  };
  o.secret = "whsec_short";
  BOOST_TEST(named("WEBHOOK_SECRET"));
  o.secret.clear();
  o.url = "https://hooks.example.com/bankslip?token=1";
  BOOST_TEST(named("WEBHOOK_SECRET"));
  o.secret = secret;
  BOOST_TEST(!check_options(o));
  for (const auto* bad : {"hooks.example.com", "ftp://example.com/", "http://", "http://a b/"}) {
    o.url = bad;
    BOOST_TEST(named("WEBHOOK_URL"), bad);
  }
  o.url = "http://169.254.169.254/latest/meta-data";
  BOOST_TEST(named("WEBHOOK_URL=http://169.254.169.254…: must be"));
  BOOST_TEST(named("WEBHOOK_ALLOW_PRIVATE"));
  o.allow_private = true;
  BOOST_TEST(!check_options(o));
}

BOOST_AUTO_TEST_CASE(a_call_is_signed_and_says_what_has_come_true) {
  receiver to;
  auto c = make_webhook_caller(to.options());
  const auto answer = call(*c, sample_event());
  BOOST_TEST(answer.event_id == 7);
  BOOST_TEST(answer.status == 204);
  BOOST_TEST(answer.error == "");
  BOOST_REQUIRE_EQUAL(to.got.size(), 1u);
  const auto& in = to.got[0];
  BOOST_TEST(in.target == "/hook?token=1");
  BOOST_TEST(in.get_header_value("Content-Type") == "application/json");
  BOOST_TEST(in.get_header_value("webhook-id") == "evt_7");
  const auto timestamp = in.get_header_value("webhook-timestamp");
  const auto age = std::time(nullptr) - std::stoll(timestamp);
  BOOST_TEST(age >= 0);
  BOOST_TEST(age < 60);
  BOOST_TEST(in.get_header_value("webhook-signature")
             == webhook_signer::read(secret)->sign("evt_7", std::stoll(timestamp), in.body));
  BOOST_TEST(in.body
             == R"({"type":"bankslip.failed","timestamp":"2027-01-15T08:00:00.000000Z","data":{)"
                R"("debt_id":"doc-1","status":"failed","failure":"no such \"mailbox\"",)"
                R"("bankslip_file":null,"propagated":false,"attempt":1,"upload_id":"12","row":3,)"
                R"("created_at":"1970-01-01T00:00:00.000000Z","updated_on":null}})");
}

BOOST_AUTO_TEST_CASE(a_row_that_is_unknown_is_null) {
  auto event = sample_event();
  auto& debt = std::get<domain::stored_debt>(event.facts);
  debt.from = {12, -1};
  BOOST_TEST(webhook_body(event).find(R"("upload_id":"12","row":null,)") != std::string::npos);
  debt.from = {};
  BOOST_TEST(webhook_body(event).find(R"("upload_id":null,"row":null,)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_endpoint_is_called_on_public_addresses_only) {
  receiver to;
  for (const auto* host : {"127.0.0.1", "localhost", "[::ffff:127.0.0.1]"}) {
    auto o = to.options();
    o.allow_private = false;
    o.url = "http://" + std::string{host} + ":" + std::to_string(to.port) + "/";
    auto c = make_webhook_caller(o);
    const auto answer = call(*c, sample_event());
    BOOST_TEST(answer.status == 0);
    BOOST_TEST(answer.error.find("is private") != std::string::npos, answer.error);
  }
  BOOST_TEST(to.got.empty());
}

BOOST_AUTO_TEST_CASE(redirects_are_not_followed) {
  receiver to;
  to.answer = [](httplib::Response& out) {
    out.status = 307;
    out.set_header("Location", "/elsewhere");
  };
  auto c = make_webhook_caller(to.options());
  BOOST_TEST(call(*c, sample_event()).status == 307);
  BOOST_TEST(call(*c, sample_event()).error.starts_with("answered 307"));
  BOOST_TEST(to.got.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_refusal_tells_why_and_how_long_to_wait) {
  receiver to;
  to.answer = [](httplib::Response& out) {
    out.status = 429;
    out.set_header("Retry-After", "17");
    out.set_content("not\nnow", "text/plain");
  };
  auto c = make_webhook_caller(to.options());
  const auto answer = call(*c, sample_event());
  BOOST_TEST(answer.status == 429);
  BOOST_TEST((answer.retry_after == 17s));
  BOOST_TEST(answer.error == "answered 429: not now");
}

BOOST_AUTO_TEST_CASE(an_answer_is_not_read_without_end) {
  receiver to;
  to.answer = [](httplib::Response& out) {
    out.status = 200;
    out.set_content(std::string(10 << 20, 'x'), "text/plain");
  };
  auto c = make_webhook_caller(to.options());
  const auto answer = call(*c, sample_event());
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer.error == "");
}

BOOST_AUTO_TEST_CASE(nobody_there_and_no_answer_are_failures) {
  int closed = 0;
  {
    receiver gone;
    closed = gone.port;
  }
  receiver to;
  auto o = to.options();
  o.url = "http://127.0.0.1:" + std::to_string(closed) + "/";
  auto c = make_webhook_caller(o);
  BOOST_TEST(call(*c, sample_event()).status == 0);
  BOOST_TEST(!call(*c, sample_event()).error.empty());
  std::mutex hold;
  hold.lock();
  to.answer = [&](httplib::Response&) { const std::lock_guard wait{hold}; };
  auto slow = make_webhook_caller(to.options());
  const auto answer = call(*slow, sample_event(), 200ms);
  BOOST_TEST(answer.status == 0);
  BOOST_TEST((answer.took >= 150ms));
  hold.unlock();
}

BOOST_AUTO_TEST_CASE(calls_go_side_by_side_in_their_places) {
  receiver to;
  auto o = to.options();
  o.parallel_calls = 3;
  auto c = make_webhook_caller(o);
  for (std::int64_t id : {1, 2, 3})
    c->start(sample_event(id), 5s);
  BOOST_TEST(c->places() == 0u);
  BOOST_TEST(c->in_flight() == 3u);
  std::vector<std::int64_t> ended;
  while (c->in_flight() > 0)
    for (const auto& answer : c->poll(100ms))
      ended.push_back(answer.event_id);
  std::sort(ended.begin(), ended.end());
  BOOST_TEST((ended == std::vector<std::int64_t>{1, 2, 3}));
  BOOST_TEST(c->places() == 3u);
}

BOOST_AUTO_TEST_SUITE_END()
