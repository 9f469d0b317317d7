#pragma once

#include <memory>
#include <string_view>

#include <libpq-fe.h>

/// Owners of what libpq gives out.
namespace bankslip::persistence {

struct pq_deleter {
  void operator()(PGresult* r) const noexcept { PQclear(r); }
  void operator()(PGconn* c) const noexcept { PQfinish(c); }
};
using pq_result = std::unique_ptr<PGresult, pq_deleter>;
using pq_handle = std::unique_ptr<PGconn, pq_deleter>;

/// A text that may be missing.
inline std::string_view or_empty(const char* text) noexcept {
  return text ? std::string_view{text} : std::string_view{};
}

} // namespace bankslip::persistence
