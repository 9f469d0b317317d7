#pragma once

#include "http/api/context.hpp"
#include "http/server/router.hpp"

/// The handlers of the operations. They run on the listener's threads,
/// many at once.
namespace bankslip::http {

// batch_route.cpp
void post_batch(exchange& x, const api_context& api);

// debt_routes.cpp
void post_debt(exchange& x, const api_context& api);
void get_debt(exchange& x, const api_context& api);
void get_pdf(exchange& x, const api_context& api);
void post_retry(exchange& x, const api_context& api);
void post_resolve(exchange& x, const api_context& api);

// upload_routes.cpp
void get_uploads(exchange& x, const api_context& api);
void get_upload(exchange& x, const api_context& api);
void get_errors(exchange& x, const api_context& api);
void get_rejected(exchange& x, const api_context& api);
void get_results(exchange& x, const api_context& api);
void post_upload_retry(exchange& x, const api_context& api);
void post_upload_mail(exchange& x, const api_context& api);

// list_routes.cpp, dead_letter_routes.cpp
void get_debts(exchange& x, const api_context& api);
void get_dead_letters(exchange& x, const api_context& api);

/// The upload that the path names; nothing when the request is answered already.
std::optional<domain::upload_record> find_upload(exchange& x, const api_context& api);

// event_routes.cpp
void get_upload_events(exchange& x, const api_context& api);
void get_events(exchange& x, const api_context& api);
// webhook_routes.cpp
void get_deliveries(exchange& x, const api_context& api);
void post_resend(exchange& x, const api_context& api);
void post_webhook_test(exchange& x, const api_context& api);

// session_routes.cpp
void post_session(exchange& x, const api_context& api);
void get_session(exchange& x, const api_context& api);
void delete_session(exchange& x, const api_context& api);

// admin_routes.cpp
void get_metrics(exchange& x, const api_context& api);
void get_actors(exchange& x, const api_context& api);
void get_health(exchange& x, const api_context& api);
void get_ready(exchange& x, const api_context& api);

// openapi.cpp
void get_openapi(exchange& x, const api_context& api);

} // namespace bankslip::http
