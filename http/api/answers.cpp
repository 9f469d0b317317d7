#include "http/api/answers.hpp"

#include <algorithm>
#include <utility>

#include <caf/sec.hpp>

#include "domain/error.hpp"
#include "telemetry/log.hpp"
#include "json/writer.hpp"

namespace bankslip::http {

namespace {

using domain::errc;

std::string detail_json(std::string_view detail) {
  json::writer w;
  w.begin_object().key("detail").text(detail).end_object();
  return w.take();
}

/// A part of `loc`: numbers stand as numbers, as FastAPI writes them.
void write_place(json::writer& w, const std::string& part) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!part.empty() && part.size() < 10 && std::all_of(part.begin(), part.end(), digit))
    w.raw(part);
  else
    w.text(part);
}

void write_fault(json::writer& w, const field_fault& f) {
  w.begin_object().key("type").text(f.type).key("loc").begin_array();
  for (const auto& part : f.loc)
    write_place(w, part);
  w.end_array().key("msg").text(f.message).key("input").raw(f.input);
  if (!f.context.empty())
    w.key("ctx").raw(f.context);
  w.end_object();
}

/// An error that is not one of ours: a time-out, or an actor that is gone.
void answer_foreign(response& res, const caf::error& e) {
  telemetry::log_warn("no answer from inside", {{"error", domain::text_of(e)}});
  if (e == caf::sec::request_timeout)
    answer_unavailable(res, "no answer in time, try again later");
  else
    answer_unavailable(res, "not available, try again later");
}

} // namespace

void answer_json(response& res, int status, std::string body) {
  res.status = status;
  res.content_type = "application/json";
  res.body = std::move(body);
}

void answer_detail(response& res, int status, std::string_view detail) {
  answer_json(res, status, detail_json(detail));
  if (status == 503)
    res.headers.push_back({"Retry-After", "5"});
}

void answer_faults(response& res, const std::vector<field_fault>& faults) {
  json::writer w;
  w.begin_object().key("detail").begin_array();
  for (const auto& f : faults)
    write_fault(w, f);
  w.end_array().end_object();
  answer_json(res, 422, w.take());
}

void answer_unavailable(response& res, std::string_view detail) { answer_detail(res, 503, detail); }

void answer_error(response& res, const caf::error& e, std::string_view missing) {
  if (e.category() != domain::error_category)
    return answer_foreign(res, e);
  const auto code = domain::code_of(e);
  switch (code) {
    case errc::not_found:
      return answer_detail(res, 404, missing);
    case errc::wrong_state:
      return answer_detail(res, 409, message_of(e));
    case errc::invalid_input:
      return answer_faults(res, {{"invalid_input", {"body"}, message_of(e)}});
    case errc::overloaded:
    case errc::shutting_down:
    case errc::upload_aborted:
    case errc::database_unavailable:
    case errc::database_refused:
    case errc::transaction_conflict:
    case errc::broker_unavailable:
    case errc::client_fatal:
    case errc::service_paused:
    case errc::contended:
      telemetry::log_warn("request not served", {{"error", domain::text_of(e)}});
      return answer_unavailable(res, domain::public_name(code) + ", try again later");
    default:
      telemetry::log_error("request failed", {{"error", domain::text_of(e)}});
      return answer_detail(res, 500, "Internal Server Error");
  }
}

} // namespace bankslip::http
