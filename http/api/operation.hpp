#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "domain/api_key.hpp"
#include "http/api/context.hpp"
#include "http/server/router.hpp"

/// The API, described once: the router, the metrics' route label, who may call an
/// operation, and /openapi.json come from one table.
namespace bankslip::http {

/// Who may call an operation.
using domain::scope;

/// A parameter of the query.
struct query_parameter {
  std::string_view name;
  /// JSON Schema of its value.
  std::string_view schema;
  std::string_view says;
};

/// The body that an operation takes.
struct body_form {
  /// Name of a schema in openapi/base.json; empty: the operation takes no body.
  std::string_view schema = {};
  std::string_view content_type = "application/json";
  bool required = true;
};

/// An answer that is the operation's own. Those of every request (a malformed head, a
/// body too large, no key) need no line: the document adds them.
struct outcome {
  int status = 200;
  /// Name of a schema in openapi/base.json.
  std::string_view schema;
  std::string_view says;
  std::string_view content_type = "application/json";
  /// JSON; where the schema's own says too little.
  std::string_view example = {};
};

/// One line of the table.
struct operation {
  std::string_view method;
  /// With names in braces, as "/bankslip/{debt_id}"; openapi/base.json describes them.
  std::string_view pattern;
  /// The operationId, by which generated clients name their functions.
  std::string_view id;
  scope needs = scope::open;
  /// The heading in the document.
  std::string_view tag;
  /// Half a line; the rest stands in `description`, as Markdown.
  std::string_view summary;
  std::string_view description = {};
  std::vector<query_parameter> query = {};
  body_form body = {};
  std::vector<outcome> answers;
  /// Served by the admin listener too.
  bool on_admin = false;
  void (*serve)(exchange&, const api_context&) = nullptr;
};

/// Whether an Idempotency-Key holds for it. A session is no work that could be done twice.
inline bool is_done_once(const operation& op) {
  return op.method == "POST" && op.needs != scope::open;
}

/// The table.
std::span<const operation> operations();

/// Registers the operations of a listener.
void add_operations(router& r, api_context_ptr context);

} // namespace bankslip::http
