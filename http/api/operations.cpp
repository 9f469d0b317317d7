#include "http/api/operation.hpp"

#include <exception>
#include <utility>

#include "http/api/handlers.hpp"
#include "http/api/idempotency.hpp"

namespace bankslip::http {

namespace {

constexpr std::string_view uploads_tag = "Uploads";
constexpr std::string_view debts_tag = "Debts";
constexpr std::string_view webhooks_tag = "Webhooks";
constexpr std::string_view access_tag = "Access";
constexpr std::string_view system_tag = "System";
constexpr std::string_view json_type = "application/json";

outcome unknown_debt() {
  return {404, "Problem", "No such debt", json_type, R"({"detail":"Bankslip not found"})"};
}
outcome unknown_upload() {
  return {404, "Problem", "No such upload", json_type, R"({"detail":"Upload not found"})"};
}
outcome wrong_state(std::string_view says, std::string_view example) {
  return {409, "Problem", says, json_type, example};
}
outcome no_webhooks() {
  return wrong_state("Nothing is told: WEBHOOK_URL is empty",
                     R"({"detail":"no WEBHOOK_URL is set"})");
}
outcome not_fitting() {
  return {422, "Faults", "Input that does not fit, an entry for each fault"};
}
/// Where a dependency is asked.
outcome away() {
  return {503, "Problem", "Broker or database away, or too many at once", json_type,
          R"({"detail":"database unavailable, try again later"})"};
}

const std::vector<operation> table = {
    {.method = "POST",
     .pattern = "/bankslip/batch",
     .id = "uploadFile",
     .needs = scope::ingest,
     .tag = uploads_tag,
     .summary = "Upload a CSV file of debts",
     .description =
         "Answers once Kafka has acknowledged every accepted row. Bad rows are named, the "
         "others go on. The header line is `name,governmentId,email,debtAmount,"
         "debtDueDate,debtId` in any order; `;`, tab and `|` separate too.",
     .query =
         {{"encoding",
           R"({"type":"string","enum":["utf-8","windows-1252","iso-8859-1","utf-16le","utf-16be"],"default":"utf-8"})",
           "Encoding of the file; UTF-16 is also told by its byte order mark"}},
     .body = {"UploadForm", "multipart/form-data"},
     .answers = {{201, "UploadReport", "Every accepted row is acknowledged"},
                 not_fitting(),
                 away()},
     .serve = post_batch},
    {.method = "POST",
     .pattern = "/bankslip",
     .id = "createBankslip",
     .needs = scope::ingest,
     .tag = debts_tag,
     .summary = "Send one debt on its way",
     .description =
         "Stores the debt and sends it through the same pipeline as a file's rows. A known "
         "`debt_id` gives the stored debt, unchanged.",
     .body = {"NewBankslip"},
     .answers = {{201, "Bankslip", "The debt as it is stored"}, not_fitting(), away()},
     .serve = post_debt},
    {.method = "GET",
     .pattern = "/bankslip/{debt_id}",
     .id = "getBankslip",
     .needs = scope::read,
     .tag = debts_tag,
     .summary = "Read one debt",
     .answers = {{200, "Bankslip", "The debt as it is stored"}, unknown_debt(), away()},
     .serve = get_debt},
    {.method = "GET",
     .pattern = "/bankslip/{debt_id}/pdf",
     .id = "getBankslipPdf",
     .needs = scope::read,
     .tag = debts_tag,
     .summary = "Read the slip as PDF",
     .answers = {{200, "Binary", "The slip", "application/pdf"},
                 unknown_debt(),
                 wrong_state("The debt has no slip yet",
                             R"({"detail":"Bankslip has no slip yet"})"),
                 away()},
     .serve = get_pdf},
    {.method = "POST",
     .pattern = "/bankslip/{debt_id}/retry",
     .id = "retryBankslip",
     .needs = scope::ops,
     .tag = debts_tag,
     .summary = "Begin a failed debt anew",
     .description = "The body may correct the e-mail address.",
     .body = {.schema = "Retry", .required = false},
     .answers = {{202, "Message", "The debt is on its way"},
                 unknown_debt(),
                 wrong_state("The debt is not failed", R"({"detail":"debt doc-1 is emailed"})"),
                 not_fitting(),
                 away()},
     .serve = post_retry},
    {.method = "POST",
     .pattern = "/bankslip/{debt_id}/resolve",
     .id = "resolveBankslip",
     .needs = scope::ops,
     .tag = debts_tag,
     .summary = "Decide a debt that is in doubt",
     .description =
         "Nobody knows whether its e-mail went out: a person says that it was `sent`, or has "
         "it sent again (`resend`).",
     .body = {"Resolve"},
     .answers = {{202, "Message", "The decision is taken"},
                 unknown_debt(),
                 wrong_state("The debt is not in doubt", R"({"detail":"debt doc-1 is emailed"})"),
                 not_fitting(),
                 away()},
     .serve = post_resolve},
    {.method = "GET",
     .pattern = "/uploads",
     .id = "listUploads",
     .needs = scope::read,
     .tag = uploads_tag,
     .summary = "List uploads, newest first",
     .query = {{"limit", R"({"type":"integer","minimum":1,"maximum":500,"default":50})",
                "How many at most"},
               {"after",
                R"({"type":"integer","minimum":0,"maximum":9223372036854775807,"default":0})",
                "Only ids below this one; 0 begins with the newest"}},
     .answers = {{200, "Uploads", "A page of uploads"}, not_fitting(), away()},
     .serve = get_uploads},
    {.method = "GET",
     .pattern = "/uploads/{id}",
     .id = "getUpload",
     .needs = scope::read,
     .tag = uploads_tag,
     .summary = "Read an upload with its counters",
     .answers = {{200, "Upload", "The upload as it is now"}, unknown_upload(), away()},
     .serve = get_upload},
    {.method = "GET",
     .pattern = "/uploads/{id}/errors.csv",
     .id = "getUploadErrors",
     .needs = scope::read,
     .tag = uploads_tag,
     .summary = "Read which rows did not go through, and why",
     .answers = {{200, "Text", "A line for each row", "text/csv; charset=utf-8"},
                 unknown_upload(),
                 away()},
     .serve = get_errors},
    {.method = "GET",
     .pattern = "/uploads/{id}/rejected.csv",
     .id = "getUploadRejected",
     .needs = scope::read,
     .tag = uploads_tag,
     .summary = "Read the rejected rows as they were in the file",
     .description = "With a last column `error`. Mended, they can be sent again as they are.",
     .answers = {{200, "Text", "The file's own columns, and `error`", "text/csv; charset=utf-8"},
                 unknown_upload(),
                 wrong_state("The file is still coming in, or its rejected rows were not kept",
                             R"({"detail":"the file is still coming in"})"),
                 away()},
     .serve = get_rejected},
    {.method = "POST",
     .pattern = "/session",
     .id = "logIn",
     .tag = access_tag,
     .summary = "Begin a session of the page with a key",
     .description = "The key stands in `Authorization: Bearer` or `X-API-Key`. The answer sets the "
                    "cookie `bankslip_session`, which stands for the key for 12 hours. Where no "
                    "keys are asked for there is no cookie, and `key` is null.",
     .answers = {{200, "Session", "The key's name and scopes"},
                 {401, "Problem", "No key, or one that is not known"},
                 {429, "Problem", "More requests than the key may send"},
                 away()},
     .serve = post_session},
    {.method = "GET",
     .pattern = "/session",
     .id = "getSession",
     .tag = access_tag,
     .summary = "See whose key or session the request shows",
     .answers = {{200, "Session", "The key's name and scopes; no scopes: a key is asked for"},
                 {401, "Problem", "A key that is not known"},
                 away()},
     .serve = get_session},
    {.method = "DELETE",
     .pattern = "/session",
     .id = "logOut",
     .tag = access_tag,
     .summary = "End the session",
     .answers = {{204, "", "The session has ended, the cookie is removed"},
                 {403, "Problem", "The request comes from another page"},
                 away()},
     .serve = delete_session},
    {.method = "GET",
     .pattern = "/uploads/{id}/events",
     .id = "followUpload",
     .needs = scope::read,
     .tag = uploads_tag,
     .summary = "Follow an upload, as Server-Sent Events",
     .description =
         "Event `progress`: the JSON of `getUpload`, at most four times a second and only when "
         "it has changed, the present state first. Event `done` at its end, also of an aborted "
         "one; then the stream ends. `Last-Event-ID` of that `done` is answered with 204.",
     .answers = {{200, "UploadStream", "Events, until the upload has ended", "text/event-stream"},
                 {204, "", "The client has seen the end"},
                 unknown_upload(),
                 away()},
     .serve = get_upload_events},
    {.method = "GET",
     .pattern = "/events",
     .id = "followSystem",
     .needs = scope::ops,
     .tag = system_tag,
     .summary = "Follow what this process does, as Server-Sent Events",
     .description = "Event `system`: lanes, workers, rates, links, breakers, restarts, the "
                    "e-mails' pace, running uploads and what is away, at most four times a second and only when "
                    "something has changed, the present state first.",
     .answers = {{200, "SystemStream", "Events, without an end", "text/event-stream"},
                 {503, "Problem", "Too many streams at once"}},
     .serve = get_events},
    {.method = "GET",
     .pattern = "/webhooks/deliveries",
     .id = "listWebhookDeliveries",
     .needs = scope::ops,
     .tag = webhooks_tag,
     .summary = "List what was told, newest first, with every try",
     .query = {{"limit", R"({"type":"integer","minimum":1,"maximum":500,"default":50})",
                "How many at most"},
               {"after",
                R"({"type":"integer","minimum":0,"maximum":9223372036854775807,"default":0})",
                "Only ids below this one; 0 begins with the newest"},
               {"state", R"({"enum":["pending","delivered","exhausted"]})",
                "Only those in this state"}},
     .answers = {{200, "Deliveries", "A page of deliveries"}, no_webhooks(), not_fitting(), away()},
     .serve = get_deliveries},
    {.method = "POST",
     .pattern = "/webhooks/deliveries/{id}/resend",
     .id = "resendWebhookDelivery",
     .needs = scope::ops,
     .tag = webhooks_tag,
     .summary = "Tell an event again",
     .description = "Begins the next round of tries at once, under the same `webhook-id`, and "
                    "lifts the stop of an endpoint that has said 410.",
     .answers = {{202, "Message", "The delivery is on its way"},
                 {404, "Problem", "No such delivery", json_type,
                  R"({"detail":"Delivery not found"})"},
                 no_webhooks(),
                 away()},
     .serve = post_resend},
    {.method = "POST",
     .pattern = "/webhooks/test",
     .id = "testWebhook",
     .needs = scope::ops,
     .tag = webhooks_tag,
     .summary = "Call the endpoint now, and see what it says",
     .description = "A signed call of type `webhook.test`. 2xx lifts the stop of an endpoint "
                    "that has said 410.",
     .answers = {{200, "WebhookTest", "What the call has come to"}, no_webhooks(), away()},
     .serve = post_webhook_test},
    {.method = "GET",
     .pattern = "/uploads/{id}/results.csv",
     .id = "getUploadResults",
     .needs = scope::read,
     .tag = uploads_tag,
     .summary = "Read what became of the rows that an upload created",
     .description = "By row of the file. A row that changes meanwhile stands there once, as it "
                    "was when its page was read.",
     .answers = {{200, "Text", "A line for each row", "text/csv; charset=utf-8"},
                 unknown_upload(),
                 away()},
     .serve = get_results},
    {.method = "POST",
     .pattern = "/uploads/{id}/retry",
     .id = "retryUpload",
     .needs = scope::ops,
     .tag = uploads_tag,
     .summary = "Begin all failed debts of an upload anew",
     .description = "After a 503 call it again: what was begun is no longer failed.",
     .answers = {{202, "Retried", "So many are on their way"}, unknown_upload(), away()},
     .serve = post_upload_retry},
    {.method = "POST",
     .pattern = "/uploads/{id}/mail",
     .id = "stopUploadMail",
     .needs = scope::ops,
     .tag = uploads_tag,
     .summary = "Pause, resume or cancel the e-mails of an upload",
     .description =
         "Only where e-mails are a stage of their own (`EMAIL_DELIVERY=paced`). Those that are "
         "just being sent still go out. What is cancelled stays `generated` and counts as "
         "ended; `resume` revives it, too.",
     .body = {"MailAction"},
     .answers = {{200, "Upload", "The upload as it is now"},
                 unknown_upload(),
                 wrong_state("E-mails go out at once, or cancelled ones are to be paused",
                             R"({"detail":"e-mails go out at once here"})"),
                 not_fitting(),
                 away()},
     .serve = post_upload_mail},
    {.method = "GET",
     .pattern = "/bankslips",
     .id = "listBankslips",
     .needs = scope::read,
     .tag = debts_tag,
     .summary = "List debts that meet every condition given",
     .description =
         "By row of the file where `upload_id` stands without `email` and `government_id`, else "
         "by `debt_id`; neither ever changes, so each debt is on one page, whatever is written "
         "meanwhile. A page may be shorter than `limit`, even empty: the list ends where `next` "
         "is null. What takes longer than 5 s is 422.",
     .query = {{"status", R"({"enum":["imported","generated","emailed","failed","in_doubt",""]})",
                "How far it has come"},
               {"upload_id", R"({"type":"integer","minimum":1,"maximum":9223372036854775807})",
                "Created by this upload"},
               {"due_from", R"({"anyOf":[{"type":"string","format":"date"},{"const":""}]})",
                "Due on this day or later"},
               {"due_to", R"({"anyOf":[{"type":"string","format":"date"},{"const":""}]})",
                "Due on this day or earlier"},
               {"email", R"({"type":"string"})", "This very address, letter by letter"},
               {"government_id", R"({"type":"string"})", "This very document, letter by letter"},
               {"limit", R"({"type":"integer","minimum":1,"maximum":500,"default":50})",
                "How many at most"},
               {"after", R"({"type":"string","pattern":"^([0-9a-f][0-9a-f])*$","maxLength":1024})",
                "The `next` of the page before"}},
     .answers = {{200, "Bankslips", "A page of debts"}, not_fitting(), away()},
     .serve = get_debts},
    {.method = "GET",
     .pattern = "/dead-letters",
     .id = "listDeadLetters",
     .needs = scope::ops,
     .tag = system_tag,
     .summary = "List the dead letters, newest first",
     .description = "Messages that were given up, as they lie on the topic of dead letters.",
     .query = {{"limit", R"({"type":"integer","minimum":1,"maximum":100,"default":50})",
                "How many at most"},
               {"after", R"({"type":"string","pattern":"^([0-9a-f][0-9a-f])*$","maxLength":1024})",
                "The `next` of the page before"}},
     .answers = {{200, "DeadLetters", "A page of dead letters"},
                 {404, "Problem", "There is no such topic"},
                 not_fitting(),
                 away()},
     .serve = get_dead_letters},
    {.method = "GET",
     .pattern = "/metrics",
     .id = "getMetrics",
     .needs = scope::ops,
     .tag = system_tag,
     .summary = "Read the metrics, in Prometheus's text form",
     .answers = {{200, "Text", "The metrics", "text/plain; version=0.0.4; charset=utf-8"}},
     .on_admin = true,
     .serve = get_metrics},
    {.method = "GET",
     .pattern = "/actors",
     .id = "getActors",
     .needs = scope::ops,
     .tag = system_tag,
     .summary = "List the living actors and what they work on",
     .answers = {{200, "Actors", "The board of actors"}},
     .on_admin = true,
     .serve = get_actors},
    {.method = "GET",
     .pattern = "/healthz",
     .id = "getHealth",
     .tag = system_tag,
     .summary = "See that the process lives",
     .answers = {{200, "Health", "It lives"}},
     .on_admin = true,
     .serve = get_health},
    {.method = "GET",
     .pattern = "/readyz",
     .id = "getReadiness",
     .tag = system_tag,
     .summary = "See whether work can be done",
     .answers = {{200, "Health", "All dependencies are there"},
                 {503, "Unready", "What is away, and why"}},
     .on_admin = true,
     .serve = get_ready},
    {.method = "GET",
     .pattern = "/openapi.json",
     .id = "getOpenApi",
     .tag = system_tag,
     .summary = "Read this description",
     .answers = {{200, "OpenApi", "OpenAPI 3.1"}},
     .serve = get_openapi},
};

/// Notes what came of a request, even where its handler throws: that is answered 500.
class noting {
public:
  noting(gate& g, const operation& op, exchange& x) : gate_{g}, op_{op}, x_{x} {}
  ~noting() { gate_.note(op_, x_, std::uncaught_exceptions() > 0 ? 500 : x_.response.status); }
  noting(const noting&) = delete;
  noting& operator=(const noting&) = delete;

private:
  gate& gate_;
  const operation& op_;
  exchange& x_;
};

/// Every request of an operation comes through here.
void run(const operation& op, exchange& x, const api_context& api) {
  if (api.is_admin())
    return op.serve(x, api);
  const noting noted{*api.gate, op, x};
  if (!api.gate->admit(op, x))
    return;
  if (!is_done_once(op))
    return op.serve(x, api);
  serve_once(x, api, x.caller, [&](exchange& y) {
    op.serve(y, api);
    x.made = y.made;
    x.rows = y.rows;
  });
}

} // namespace

std::span<const operation> operations() { return table; }

void add_operations(router& r, api_context_ptr context) {
  for (const auto& op : table)
    if (op.on_admin || !context->is_admin())
      r.add(std::string{op.method}, std::string{op.pattern},
            [&op, context](exchange& x) { run(op, x, *context); });
}

} // namespace bankslip::http
