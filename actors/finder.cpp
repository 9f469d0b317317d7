#include "actors/finder.hpp"

#include <utility>

#include "actors/database_answers.hpp"

namespace bankslip::actors {

using domain::errc;

void finder_state::find_all() {
  if (ids.empty())
    return;
  auto found = store->find(ids);
  if (!found)
    noted(*options.seen, found.error());
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (!found)
      promises[i].deliver(found.error());
    else if (auto& debt = (*found)[i])
      promises[i].deliver(debt_found{std::move(*debt)});
    else
      promises[i].deliver(domain::make_error(errc::not_found, "no debt " + ids[i]));
  ids.clear();
  promises.clear();
}

finder_actor::behavior_type finder(finder_actor::stateful_pointer<finder_state> self,
                                   finder_options options) {
  auto& state = self->state;
  state.options = std::move(options);
  state.store = state.options.make_store();
  state.board.emplace("finder", "finder", "front");
  return {
      [=](find_debt& request) {
        auto& s = self->state;
        // Behind those that are in the mailbox already.
        if (s.ids.empty())
          self->send(self, find_waiting{});
        auto promise = self->make_response_promise<debt_found>();
        s.ids.push_back(std::move(request.debt_id));
        s.promises.push_back(promise);
        if (s.ids.size() >= s.options.max_group)
          s.find_all();
        return promise;
      },
      [=](find_waiting) { self->state.find_all(); },
  };
}

} // namespace bankslip::actors
