#pragma once

#include <memory>

#include "http/api/api.hpp"
#include "http/api/front_client.hpp"
#include "http/server/router.hpp"

/// Which handler serves which path. `front` and `options` outlive the router.
namespace bankslip::http {

/// What the handlers of one listener share.
struct api_context {
  api_options options;
  front_client front;
};
using api_context_ptr = std::shared_ptr<const api_context>;

/// /bankslip, /bankslip/{debt_id} and what hangs on it.
void add_debt_routes(router& r, api_context_ptr context);
/// POST /bankslip/batch.
void add_batch_route(router& r, api_context_ptr context);
/// /uploads.
void add_upload_routes(router& r, api_context_ptr context);
/// /metrics, /actors, /healthz, /readyz.
void add_admin_routes(router& r, std::shared_ptr<const domain::availability> seen);

} // namespace bankslip::http
