#include "actors/access.hpp"

#include <utility>

#include "actors/database_answers.hpp"

namespace bankslip::actors {

access_actor::behavior_type access(access_actor::stateful_pointer<access_state> self,
                                   access_options options) {
  auto& state = self->state;
  state.options = std::move(options);
  state.store = state.options.make_store();
  state.board.emplace("access", "access", "front");
  return {
      [=](const record_changes& m) -> caf::result<changes_recorded> {
        if (std::chrono::steady_clock::now() > m.until)
          return domain::make_error(domain::errc::overloaded, "the database is too slow");
        return answered<changes_recorded>(self,
                                          self->state.store->record(m.entries, m.day, m.rows));
      },
      [=](const open_session& m) {
        return answered(self, self->state.store->open_session(m.opened, m.lifetime));
      },
      [=](const find_session& m) {
        return answered<session_found>(self, self->state.store->find_session(m.id));
      },
      [=](const end_session& m) { return answered(self, self->state.store->end_session(m.id)); },
  };
}

} // namespace bankslip::actors
