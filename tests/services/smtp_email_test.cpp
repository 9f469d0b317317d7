#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "domain/boleto/builtin_slip.hpp"
#include "services/services.hpp"
#include "tests/support/told_gate.hpp"

using namespace bankslip;
using namespace bankslip::services;
using namespace std::chrono_literals;
using domain::call_result;

BOOST_AUTO_TEST_SUITE(smtp_email_test)

namespace {

/// The Python server as a child process; ends when its standard input closes.
struct smtp_fixture {
  std::string folder = "/tmp/bankslip-smtp-" + std::to_string(::getpid());
  pid_t child = -1;
  int to_child = -1;
  int port = 0;
  service_options options;
  std::vector<domain::debt> debts;
  std::vector<std::string> lines;

  smtp_fixture() {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    start();
    options.email_url = "smtp://127.0.0.1:" + std::to_string(port);
    options.mail_from = "Boletos São João <boletos@example.com>";
    options.call_timeout = 3s;
    options.breaker_failures = 1000;
  }

  ~smtp_fixture() {
    stop();
    std::filesystem::remove_all(folder);
  }

  void start() {
    int in[2], out[2];
    BOOST_REQUIRE(::pipe2(in, O_CLOEXEC) == 0);
    BOOST_REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
    child = ::fork();
    if (child == 0) {
      ::dup2(in[0], 0);
      ::dup2(out[1], 1);
      ::execl("/usr/bin/python3", "python3", SOURCE_DIR "/tests/services/smtp_server.py",
              folder.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    to_child = in[1];
    std::string text;
    for (char c = 0; c != '\n' && ::read(out[0], &c, 1) == 1;)
      text.push_back(c);
    ::close(out[0]);
    BOOST_REQUIRE_MESSAGE(text.ends_with('\n'),
                          "the SMTP server does not start: is python3-aiosmtpd installed?");
    port = std::stoi(text);
  }

  void stop() {
    if (child < 0)
      return;
    ::close(to_child);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    child = -1;
  }

  void add(const std::string& address, const std::string& name = "João da Silva") {
    debts.push_back({"8291-" + std::to_string(debts.size()), name, "11111111111", address,
                     domain::money{123456}, *domain::parse_date("2026-12-21")});
  }

  std::vector<domain::call_outcome> send(std::chrono::milliseconds time = 20s) {
    auto service = make_email_service(options);
    return send_with(*service, time);
  }

  std::vector<domain::call_outcome> send_with(domain::email_service& service,
                                              std::chrono::milliseconds time = 20s,
                                              domain::call_gate* gate = nullptr) {
    lines.clear();
    for (auto& d : debts)
      lines.push_back(domain::make_builtin_slip(d).linha_digitavel);
    std::vector<domain::email_job> jobs;
    for (std::size_t i = 0; i < debts.size(); ++i)
      jobs.push_back({&debts[i], lines[i], {}, 1});
    return service.send(jobs, std::chrono::steady_clock::now() + time, gate);
  }

  std::vector<std::string> arrived() const {
    std::vector<std::string> files;
    for (auto& f : std::filesystem::directory_iterator{folder})
      files.push_back(f.path());
    std::sort(files.begin(), files.end());
    return files;
  }

  /// What Python's e-mail package sees in a message.
  static std::string read(const std::string& file) {
    auto command = "/usr/bin/python3 " SOURCE_DIR "/tests/services/read_mail.py '" + file + "'";
    std::string out;
    auto* pipe = ::popen(command.c_str(), "r");
    char buffer[4096];
    while (auto n = std::fread(buffer, 1, sizeof buffer, pipe))
      out.append(buffer, n);
    BOOST_TEST(::pclose(pipe) == 0);
    return out;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(smtp_email, smtp_fixture)

BOOST_AUTO_TEST_CASE(a_message_arrives_whole) {
  add("joao@example.com", "João \"Zé\" <b>\r\nBcc: x@example.com");
  auto outcomes = send();
  BOOST_TEST((outcomes[0].result == call_result::accepted), outcomes[0].reason);
  auto files = arrived();
  BOOST_REQUIRE(files.size() == 1u);
  auto seen = read(files[0]);
  auto has = [&](const std::string& text) {
    BOOST_TEST((seen.find(text) != std::string::npos), text << " is not in\n" << seen);
  };
  has("defects 0\n");
  has("From = Boletos São João <boletos@example.com>");
  has("joao@example.com>");
  has("Bcc = None");
  has("Subject = Seu boleto de R$ 1.234,56 vence em 21/12/2026");
  has("structure multipart/mixed,multipart/alternative,text/plain,text/html,application/pdf");
  has("Olá, João \"Zé\" <b>  Bcc: x@example.com!");
  has("Olá, João &quot;Zé&quot; &lt;b&gt;  Bcc: x@example.com!");
  has("R$ 1.234,56");
  has("21/12/2026");
  has(lines[0].substr(0, 5) + ".");
  has("Pix copia e cola:||0002");
  has("attachment boleto.pdf %PDF-");
}

BOOST_AUTO_TEST_CASE(a_domain_beyond_ascii_is_written_in_its_ascii_form) {
  add("joao@café.com.br");
  auto outcomes = send();
  BOOST_TEST((outcomes[0].result == call_result::accepted), outcomes[0].reason);
  auto seen = read(arrived().at(0));
  BOOST_TEST(seen.find("<joao@xn--caf-dma.com.br>") != std::string::npos, seen);
}

BOOST_AUTO_TEST_CASE(without_an_attachment_it_is_an_alternative) {
  options.attach_pdf = false;
  add("joao@example.com");
  BOOST_TEST((send()[0].result == call_result::accepted));
  BOOST_TEST(read(arrived().at(0)).find("structure multipart/alternative,text/plain,text/html\n")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(each_answer_of_the_server_has_its_outcome) {
  for (auto* user :
       {"rcpt-550", "rcpt-451", "data-554", "data-452", "drop-rcpt", "drop-data", "fine"})
    add(std::string{user} + "@example.com");
  auto outcomes = send();
  auto expect = [&](std::size_t i, call_result result, std::string_view reason) {
    BOOST_TEST((outcomes[i].result == result), debts[i].email
                                                   << ": " << static_cast<int>(outcomes[i].result)
                                                   << " " << outcomes[i].reason);
    BOOST_TEST((outcomes[i].reason.find(reason) != std::string::npos), outcomes[i].reason);
  };
  expect(0, call_result::refused, "550 not this one");
  expect(1, call_result::not_done, "451 not this one");
  expect(2, call_result::refused, "554 not this message");
  expect(3, call_result::not_done, "452 not this message");
  expect(4, call_result::not_done, "");
  expect(5, call_result::unclear, "");
  expect(6, call_result::accepted, "");
}

BOOST_AUTO_TEST_CASE(a_server_that_asks_for_fewer_is_obeyed_where_the_mail_has_a_pace) {
  tests::told_gate gate;
  options.parallel_calls = 1;
  for (auto* user : {"fine", "once-421", "never-reached"})
    add(std::string{user} + "@example.com");
  auto service = make_email_service(options);
  auto outcomes = send_with(*service, 20s, &gate);
  BOOST_TEST((outcomes[0].result == call_result::accepted), outcomes[0].reason);
  BOOST_TEST((outcomes[1].result == call_result::too_fast), outcomes[1].reason);
  BOOST_TEST((outcomes[2].result == call_result::too_fast), outcomes[2].reason);
  BOOST_TEST((service->paused_for() == 0ms));
  BOOST_TEST(gate.started == 2u);
  BOOST_TEST(gate.too_fast == 1u);
  debts.erase(debts.begin());
  for (auto& o : send_with(*service))
    BOOST_TEST((o.result == call_result::accepted), o.reason);
  BOOST_TEST(arrived().size() == 3u);
}

BOOST_AUTO_TEST_CASE(what_may_have_been_taken_is_never_handed_over_again) {
  options.tries = 4;
  add("drop-data@example.com");
  BOOST_TEST((send()[0].result == call_result::unclear));
  BOOST_TEST(arrived().size() == 1u);
}

BOOST_AUTO_TEST_CASE(connections_are_kept_and_many_messages_go_out_once_each) {
  options.attach_pdf = false;
  for (int i = 0; i < 20; ++i)
    add("joao" + std::to_string(i) + "@example.com");
  auto service = make_email_service(options);
  BOOST_TEST(service->max_wave() == 20u);
  BOOST_TEST(service->idempotency_window().count() == 0);
  for (int round = 0; round < 3; ++round)
    for (auto& o : send_with(*service))
      BOOST_TEST((o.result == call_result::accepted), o.reason);
  BOOST_TEST(arrived().size() == 60u);
}

BOOST_AUTO_TEST_CASE(a_server_that_is_slow_gets_more_connections_and_each_message_once) {
  options.attach_pdf = false;
  // The server's answer to a whole message.
  for (int i = 0; i < 20; ++i)
    add("slow-" + std::to_string(i) + "@example.com");
  auto service = make_email_service(options);
  std::size_t sent = 0;
  while (sent < 1000 && service->max_wave() == 20u) {
    for (auto& o : send_with(*service))
      BOOST_TEST((o.result == call_result::accepted), o.reason);
    sent += debts.size();
  }
  BOOST_TEST(service->max_wave() > 20u);
  auto before = sent;
  for (auto& o : send_with(*service))
    BOOST_TEST((o.result == call_result::accepted), o.reason);
  BOOST_TEST(arrived().size() == before + debts.size());
  // Waves of which the pace lets nothing begin tell nothing of the server.
  tests::told_gate closed;
  closed.most = 0;
  const auto size = service->max_wave();
  while (debts.size() < 100 * size)
    add("never-reached@example.com");
  for (int round = 0; round < 2; ++round)
    for (auto& o : send_with(*service, 20s, &closed))
      BOOST_TEST(!o.begun);
  BOOST_TEST(service->max_wave() == size);
}

BOOST_AUTO_TEST_CASE(a_server_that_is_away_has_taken_nothing) {
  add("joao@example.com");
  stop();
  auto outcomes = send(2s);
  BOOST_TEST((outcomes[0].result == call_result::not_done));
}

BOOST_AUTO_TEST_CASE(starttls_is_required_when_asked_for) {
  options.starttls = true;
  add("joao@example.com");
  auto outcomes = send();
  BOOST_TEST((outcomes[0].result == call_result::not_done));
  BOOST_TEST(arrived().empty());
}

BOOST_AUTO_TEST_CASE(nothing_is_handed_over_after_the_deadline) {
  add("joao@example.com");
  BOOST_TEST((send(-1ms)[0].result == call_result::not_done));
  BOOST_TEST(arrived().empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
