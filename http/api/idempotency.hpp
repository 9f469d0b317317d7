#pragma once

#include <functional>
#include <string_view>

#include "http/api/context.hpp"
#include "http/server/router.hpp"

/// Requests that may be sent again: who gives one a key (`Idempotency-Key`, 1 to 255
/// printable ASCII characters) gets its first answer again for 24 hours.
namespace bankslip::http {

/// Serves a request once for each key of `client`. The same key with the same content
/// (method, target, body; of an upload the file's bytes, however the form is cut) gives
/// the first answer, with `Idempotency-Replayed: true`; with other content 422; while
/// the first is still running 409. The database is the judge, so this holds across
/// processes. Answers from 500 on, and those of a body that did not come to its end,
/// are not kept. Without a key it only calls `serve`.
void serve_once(exchange& x, const api_context& api, std::string_view client,
                const std::function<void(exchange&)>& serve);

} // namespace bankslip::http
