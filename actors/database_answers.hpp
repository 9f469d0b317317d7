#pragma once

#include <utility>

#include <caf/expected.hpp>
#include <caf/result.hpp>

#include "actors/protocol.hpp"
#include "domain/availability.hpp"
#include "domain/error.hpp"

/// Answers of actors that own a database connection and have `options.seen` in their state.
namespace bankslip::actors {

/// Reports the database as away if `reason` says so, and passes it on.
inline caf::error noted(domain::availability& seen, caf::error reason) {
  if (domain::code_of(reason) == domain::errc::database_unavailable)
    seen.is_away({domain::dependency_kind::database}, domain::text_of(reason));
  return reason;
}

template <class Answer, class Self, class T>
caf::result<Answer> answered(Self self, caf::expected<T> value) {
  if (!value)
    return noted(*self->state.options.seen, std::move(value.error()));
  return Answer{std::move(*value)};
}

template <class Self>
caf::result<recorded> answered(Self self, caf::error problem) {
  if (problem)
    return noted(*self->state.options.seen, std::move(problem));
  return recorded{};
}

} // namespace bankslip::actors
