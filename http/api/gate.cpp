#include "http/api/gate.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "domain/error.hpp"
#include "http/api/answers.hpp"
#include "http/api/operation.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::http {

namespace {

constexpr std::size_t longest_noted = 255;

bool changes_something(std::string_view method) { return method != "GET" && method != "HEAD"; }

/// RFC 6750, section 3. `why` says more, as error="…".
void refuse_key(exchange& x, const char* reason, std::string_view detail,
                std::string_view why = {}) {
  telemetry::count_refusal(reason);
  answer_detail(x.response, 401, detail);
  x.response.headers.push_back(
      {"WWW-Authenticate", std::string{R"(Bearer realm="bankslip")"}.append(why)});
}

void refuse_scope(exchange& x, domain::scope needed) {
  const std::string name{to_string(needed)};
  telemetry::count_refusal("scope");
  answer_detail(x.response, 403, "the key lacks the scope " + name);
  x.response.headers.push_back(
      {"WWW-Authenticate",
       R"(Bearer realm="bankslip", error="insufficient_scope", scope=")" + name + '"'});
}

void tell(response& res, const allowance& left) {
  if (left.limit == 0)
    return;
  res.headers.push_back({"RateLimit-Limit", std::to_string(left.limit)});
  res.headers.push_back({"RateLimit-Remaining", std::to_string(left.remaining)});
  res.headers.push_back({"RateLimit-Reset", std::to_string(left.reset.count())});
}

/// True: the limit is not reached.
bool passes(exchange& x, const allowance& left, const char* reason, std::string_view detail) {
  if (!left.allowed) {
    telemetry::count_refusal(reason);
    x.response.headers.clear();
    answer_detail(x.response, 429, detail);
    x.response.headers.push_back({"Retry-After", std::to_string(left.reset.count())});
  }
  tell(x.response, left);
  return left.allowed;
}

std::string noted(std::string_view text) { return std::string{text.substr(0, longest_noted)}; }

} // namespace

gate::gate(std::shared_ptr<const key_ring> keys, front_client front,
           std::vector<std::string> origins, std::string_view host)
    : keys_{std::move(keys)}, origins_{std::move(origins)},
      on_loopback_{is_loopback(host)}, sessions_{front}, changes_{std::move(front)} {}

bool gate::admit(const operation& op, exchange& x) {
  if (!keys_)
    return is_known_host(x) && is_welcome_page(x);
  if (op.needs == domain::scope::open)
    return true;
  const auto who = identify(x);
  return who && is_own_page(x) && has_requests_left(x, who) && may(op, x, who);
}

std::function<bool()> gate::admission(std::string_view caller, domain::scope needed) const {
  if (!keys_)
    return {};
  const auto who = keys_->find(caller);
  return [keys = keys_, digest = who ? who->key.digest : domain::sha256_digest{}, needed] {
    const auto now = keys->find(digest);
    return now && now->key.scopes.contains(needed);
  };
}

/// A page's name may be led to a loopback address once its browser has loaded it, and the
/// browser then takes the server for the page's own.
bool gate::is_known_host(exchange& x) const {
  const auto host = x.request.find_header("Host").value_or("");
  const auto names_it = [host](std::string_view origin) { return authority_of(origin) == host; };
  if (!on_loopback_ || is_local_host(host) || std::ranges::any_of(origins_, names_it))
    return true;
  telemetry::count_refusal("cross_site");
  answer_detail(x.response, 403,
                "without keys this server is localhost: it knows no other host but those of "
                "CORS_ORIGINS");
  return false;
}

/// Without keys whoever reaches the address may do everything, and so could each page that
/// a browser on this machine shows. A browser that sends no Sec-Fetch-Site sends an Origin;
/// other clients send neither.
bool gate::is_welcome_page(exchange& x) const {
  const auto site = x.request.find_header("Sec-Fetch-Site");
  const auto origin = x.request.find_header("Origin");
  if (!changes_something(x.request.method) || (!site && !origin) || site == "none"
      || is_same_origin(x.request)
      || std::find(origins_.begin(), origins_.end(), origin.value_or("")) != origins_.end())
    return true;
  telemetry::count_refusal("cross_site");
  answer_detail(x.response, 403, "a page of another origin may not change anything here");
  return false;
}

key_ring::entry_ptr gate::identify(exchange& x, accept what) {
  auto shown = find_credential(x.request);
  if (shown.is == credential::kind::session && what == accept::key)
    shown = {};
  key_ring::entry_ptr who;
  switch (shown.is) {
    case credential::kind::none:
      refuse_key(x, "no_key", "this needs a key: Authorization: Bearer, or X-API-Key");
      return nullptr;
    case credential::kind::several:
      refuse_key(x, "several_keys", "more than one key: send it once",
                 R"(, error="invalid_request")");
      return nullptr;
    case credential::kind::session:
      who = by_session(x, shown.text);
      break;
    case credential::kind::key:
      who = keys_->find(domain::sha256(shown.text));
      if (!who)
        refuse_key(x, "wrong_key", "the key is not known", R"(, error="invalid_token")");
      break;
  }
  if (who)
    x.caller = who->key.name;
  return who;
}

key_ring::entry_ptr gate::by_session(exchange& x, std::string_view token) {
  const auto key = sessions_.find(token);
  if (!key && domain::code_of(key.error()) != domain::errc::not_found) {
    answer_error(x.response, key.error(), {});
    return nullptr;
  }
  auto who = key ? keys_->find(*key) : nullptr;
  if (!who)
    refuse_key(x, "no_session", "the session has ended, log in again",
               R"(, error="invalid_token")");
  return who;
}

void gate::name_caller(exchange& x, const domain::sha256_digest& key) const {
  if (const auto who = keys_ ? keys_->find(key) : nullptr)
    x.caller = who->key.name;
}

bool gate::is_own_page(exchange& x) {
  if (!changes_something(x.request.method)
      || find_credential(x.request).is != credential::kind::session || is_same_origin(x.request))
    return true;
  telemetry::count_refusal("cross_site");
  answer_detail(x.response, 403, "a session changes things from its own page only");
  return false;
}

bool gate::has_requests_left(exchange& x, const key_ring::entry_ptr& who) {
  const auto now = domain::system_clock().steady_now();
  return passes(x, who->limits->take_request(who->key.requests_a_second, now), "rate",
                "too many requests, try again later");
}

bool gate::may(const operation& op, exchange& x, const key_ring::entry_ptr& who) {
  const auto& key = who->key;
  if (!key.scopes.contains(op.needs)) {
    refuse_scope(x, op.needs);
    return false;
  }
  if (op.needs != domain::scope::ingest || key.rows_a_day == 0)
    return true;
  changes_.learn_rows(who);
  const auto left = who->limits->rows_left(key.rows_a_day, domain::system_clock().utc_now());
  return left.allowed
         || passes(x, left, "rows", "the key has brought in its rows of today, try again tomorrow");
}

void gate::note(const operation& op, const exchange& x, int status) {
  if (!changes_something(op.method))
    return;
  const auto who = keys_ ? keys_->find(x.caller) : nullptr;
  if (who && (x.rows > 0 || (who->key.rows_a_day > 0 && op.needs == domain::scope::ingest)))
    changes_.add_rows(who, x.rows);
  domain::audit_entry entry;
  entry.at = domain::system_clock().utc_now();
  entry.key = x.caller;
  entry.method = op.method;
  entry.route = op.pattern;
  entry.target = noted(x.params.empty() ? std::string_view{x.made} : x.params.front());
  entry.status = status;
  entry.rows = x.rows;
  entry.request_id = x.request.id;
  entry.address = x.address;
  entry.forwarded_for = noted(x.request.find_header("X-Forwarded-For").value_or(""));
  const bool is_stranger = keys_ && x.caller.empty();
  changes_.add(std::move(entry), is_stranger || status == 429);
}

} // namespace bankslip::http
