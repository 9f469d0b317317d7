#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include "tests/http/api/gate_fixture.hpp"

using namespace bankslip;
using namespace bankslip::http::fakes;

BOOST_AUTO_TEST_SUITE(session_test)

namespace {

constexpr const char* same_site = "same-origin";

struct session_fixture : gate_fixture {
  int get(const std::string& cookies) {
    return client().Get("/uploads", {{"Cookie", cookies}})->status;
  }
  int change(const httplib::Headers& headers) {
    return client().Post("/bankslip/7/retry", headers)->status;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(with_keys, session_fixture)

BOOST_AUTO_TEST_CASE(a_key_becomes_a_cookie_that_scripts_and_other_sites_do_not_get) {
  const auto answer = client_with("bsk_read").Post("/session");
  BOOST_TEST(answer->status == 200);
  BOOST_TEST(answer->body == R"({"key":"read","scopes":["read"]})");
  const auto line = answer->get_header_value("Set-Cookie");
  BOOST_TEST(line.starts_with("bankslip_session="));
  BOOST_TEST(line.ends_with("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"));
  const auto over_tls =
      client_with("bsk_read")
          .Post("/session", httplib::Headers{{"X-Forwarded-Proto", "https"},
                                             {"Authorization", "Bearer bsk_read"}});
  BOOST_TEST(over_tls->get_header_value("Set-Cookie").ends_with("; SameSite=Strict; Secure"));
}

BOOST_AUTO_TEST_CASE(a_session_may_what_its_key_may) {
  const auto cookie = log_in("bsk_read");
  BOOST_TEST(get("a=b; " + cookie + "; c=d") == 200);
  BOOST_TEST(client().Get("/session", {{"Cookie", cookie}})->body
             == R"({"key":"read","scopes":["read"]})");
  BOOST_TEST(client().Get("/metrics", {{"Cookie", cookie}})->status == 403);
}

BOOST_AUTO_TEST_CASE(who_is_nobody_learns_that_a_key_is_asked_for) {
  const std::string nobody = R"({"key":null,"scopes":[]})";
  const auto answer = client().Get("/session");
  BOOST_TEST(answer->status == 200);
  BOOST_TEST(answer->body == nobody);
  const auto cookie = log_in("bsk_read");
  client().Delete("/session", {{"Cookie", cookie}, {"Sec-Fetch-Site", same_site}});
  BOOST_TEST(client().Get("/session", {{"Cookie", cookie}})->body == nobody);
  BOOST_TEST(client_with("bsk_wrong").Get("/session")->status == 401);
}

BOOST_AUTO_TEST_CASE(the_database_knows_neither_key_nor_cookie) {
  const auto cookie = log_in("bsk_read");
  w->with([&](world& x) {
    BOOST_REQUIRE(x.sessions.size() == 1u);
    const auto token = cookie.substr(cookie.find('=') + 1);
    BOOST_TEST((x.sessions.begin()->first == domain::sha256(token)));
    BOOST_TEST((x.sessions.begin()->second == domain::sha256("bsk_read")));
  });
}

BOOST_AUTO_TEST_CASE(a_session_is_begun_by_a_key_only) {
  const auto cookie = log_in("bsk_read");
  BOOST_TEST(client().Post("/session", httplib::Headers{{"Cookie", cookie}})->status == 401);
  BOOST_TEST(client().Post("/session")->status == 401);
  const auto wrong = client_with("bsk_wrong").Post("/session");
  BOOST_TEST(wrong->status == 401);
  BOOST_TEST(!wrong->has_header("Set-Cookie"));
}

BOOST_AUTO_TEST_CASE(who_logs_out_is_out) {
  const auto cookie = log_in("bsk_read");
  const auto out = client().Delete("/session", {{"Cookie", cookie}, {"Sec-Fetch-Site", same_site}});
  BOOST_TEST(out->status == 204);
  BOOST_TEST(
      contains(out->get_header_value("Set-Cookie"), "bankslip_session=; Path=/; Max-Age=0;"));
  BOOST_TEST(get(cookie) == 401);
}

BOOST_AUTO_TEST_CASE(a_session_ends_with_its_key) {
  const auto cookie = log_in("bsk_read");
  file.write(key_line("read", "bsk_new", "read"));
  ring->reload();
  BOOST_TEST(get(cookie) == 401);
}

BOOST_AUTO_TEST_CASE(guessed_cut_and_doubled_cookies_are_none) {
  const auto cookie = log_in("bsk_read");
  const std::vector<std::string> all = {"bankslip_session=",
                                        cookie.substr(0, cookie.size() - 1),
                                        cookie + "x",
                                        "bankslip_session=bsk_read",
                                        "Bankslip_Session" + cookie.substr(cookie.find('=')),
                                        cookie + "; " + cookie,
                                        cookie + "; bankslip_session=evil",
                                        "x" + cookie,
                                        '"' + cookie + '"'};
  for (const auto& bad : all)
    BOOST_TEST(get(bad) == 401, bad);
  // A cookie is no key.
  BOOST_TEST(client_with(cookie.substr(cookie.find('=') + 1)).Get("/uploads")->status == 401);
}

BOOST_AUTO_TEST_CASE(a_wrong_key_is_not_mended_by_a_session) {
  const auto cookie = log_in("bsk_read");
  BOOST_TEST(client().Get("/uploads", {{"Cookie", cookie}, {"X-API-Key", "bsk_wrong"}})->status
             == 401);
}

BOOST_AUTO_TEST_CASE(a_session_changes_things_from_its_own_page_only) {
  const auto cookie = log_in("bsk_ops");
  const auto host = "127.0.0.1:" + std::to_string(port());
  const auto with = [&](httplib::Headers more) {
    more.emplace("Cookie", cookie);
    return change(more);
  };
  constexpr int served = 404;
  BOOST_TEST(with({}) == 403);
  for (const auto* site : {"cross-site", "same-site", "none", "same-origin, same-origin"})
    BOOST_TEST(with({{"Sec-Fetch-Site", site}, {"Origin", "http://" + host}}) == 403, site);
  for (const std::string& origin :
       {std::string{"null"}, std::string{"http://evil.example"}, "http://" + host + ".evil.example",
        "http://evil.example/" + host, std::string{"http://"}, host})
    BOOST_TEST(with({{"Origin", origin}}) == 403, origin);
  BOOST_TEST(with({{"Sec-Fetch-Site", same_site}}) == served);
  BOOST_TEST(with({{"Origin", "http://" + host}}) == served);
  BOOST_TEST(client().Delete("/session", {{"Cookie", cookie}})->status == 403);
  // A key in a header is nothing that a browser adds by itself.
  BOOST_TEST(change({{"X-API-Key", "bsk_ops"}, {"Sec-Fetch-Site", "cross-site"}}) == served);
}

BOOST_AUTO_TEST_CASE(while_nobody_can_look_a_session_up_it_is_503) {
  const auto known = log_in("bsk_read");
  w->with([](world& x) {
    x.front_error = domain::make_error(domain::errc::database_unavailable, "away");
  });
  BOOST_TEST(get("bankslip_session=not-looked-up-yet") == 503);
  BOOST_TEST(client().Get("/session", {{"Cookie", known}})->status == 200);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
