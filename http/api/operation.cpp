#include "http/api/operation.hpp"

#include <exception>
#include <string>

#include "http/api/idempotency.hpp"

namespace bankslip::http {

namespace {

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

void add_operations(router& r, api_context_ptr context) {
  for (const auto& op : operations())
    if (op.on_admin || !context->is_admin())
      r.add(std::string{op.method}, std::string{op.pattern},
            [&op, context](exchange& x) { run(op, x, *context); });
}

} // namespace bankslip::http
