#include "actors/access.hpp"

#include <utility>

#include "domain/error.hpp"

namespace bankslip::actors {

namespace {

using access_pointer = access_actor::stateful_pointer<access_state>;

/// Reports a database that is away, and passes the error on.
caf::error told(access_pointer self, caf::error reason) {
  if (domain::code_of(reason) == domain::errc::database_unavailable)
    self->state.options.seen->is_away({domain::dependency_kind::database}, domain::text_of(reason));
  return reason;
}

template <class Answer, class T>
caf::result<Answer> passed(access_pointer self, caf::expected<T> value) {
  if (!value)
    return told(self, std::move(value.error()));
  return Answer{std::move(*value)};
}

caf::result<recorded> passed(access_pointer self, caf::error problem) {
  if (problem)
    return told(self, std::move(problem));
  return recorded{};
}

} // namespace

access_actor::behavior_type access(access_pointer self, access_options options) {
  auto& state = self->state;
  state.options = std::move(options);
  state.store = state.options.make_store();
  state.board.emplace("access", "access", "front");
  return {
      [=](const record_changes& m) -> caf::result<changes_recorded> {
        if (std::chrono::steady_clock::now() > m.until)
          return domain::make_error(domain::errc::overloaded, "the database is too slow");
        return passed<changes_recorded>(self, self->state.store->record(m.entries, m.day, m.rows));
      },
      [=](const open_session& m) {
        return passed(self, self->state.store->open_session(m.opened, m.lifetime));
      },
      [=](const find_session& m) {
        return passed<session_found>(self, self->state.store->find_session(m.id));
      },
      [=](const end_session& m) { return passed(self, self->state.store->end_session(m.id)); },
  };
}

} // namespace bankslip::actors
