#include "http/api/answers.hpp"
#include "http/api/handlers.hpp"
#include "json/writer.hpp"

namespace bankslip::http {

namespace {

/// `key` is null where no key is asked for: everybody may do everything then. Without a key
/// that is asked for, `scopes` is empty too.
void answer_who(response& res, const domain::api_key* key) {
  json::writer w;
  w.begin_object().key("key").text_or_null(key != nullptr ? key->name : "");
  w.key("scopes").begin_array();
  for (const auto s : {domain::scope::ingest, domain::scope::read, domain::scope::ops})
    if (key == nullptr || key->scopes.contains(s))
      w.text(to_string(s));
  w.end_array().end_object();
  answer_json(res, 200, w.take());
}

/// Whether the request shows nothing, or a session that has ended.
bool shows_nobody(const exchange& x, const api_context& api) {
  const auto shown = find_credential(x.request);
  if (shown.is != credential::kind::session)
    return shown.is == credential::kind::none;
  const auto key = api.gate->sessions().find(shown.text);
  return !key && domain::code_of(key.error()) == domain::errc::not_found;
}

void set_cookie(exchange& x, std::string_view token, std::chrono::seconds lifetime) {
  x.response.headers.push_back(
      {"Set-Cookie", session_cookie_line(token, lifetime.count(), is_over_tls(x.request))});
}

} // namespace

void get_session(exchange& x, const api_context& api) {
  x.response.headers.push_back({"Cache-Control", "no-store"});
  if (!api.gate->asks_for_keys())
    return answer_who(x.response, nullptr);
  // The page asks before it shows its login: that is no error, which a browser would note.
  if (shows_nobody(x, api))
    return answer_json(x.response, 200, R"({"key":null,"scopes":[]})");
  if (const auto who = api.gate->identify(x))
    answer_who(x.response, &who->key);
}

void post_session(exchange& x, const api_context& api) {
  if (!api.gate->asks_for_keys())
    return answer_who(x.response, nullptr);
  // A key only: who has a session needs no second one, and a page of another origin cannot
  // send these headers.
  const auto who = api.gate->identify(x, gate::accept::key);
  if (!who || !gate::has_requests_left(x, who))
    return;
  const auto token = api.gate->sessions().begin(who->key.digest);
  if (!token)
    return answer_error(x.response, token.error(), {});
  set_cookie(x, *token, sessions::lifetime);
  answer_who(x.response, &who->key);
}

void delete_session(exchange& x, const api_context& api) {
  const auto shown = find_credential(x.request);
  if (shown.is == credential::kind::session) {
    if (!gate::is_own_page(x))
      return;
    if (const auto key = api.gate->sessions().find(shown.text))
      api.gate->name_caller(x, *key);
    if (const auto problem = api.gate->sessions().end(shown.text))
      return answer_error(x.response, problem, {});
  }
  x.response.status = 204;
  set_cookie(x, "", std::chrono::seconds{0});
}

} // namespace bankslip::http
