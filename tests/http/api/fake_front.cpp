#include "tests/http/api/fake_front.hpp"

#include <algorithm>

#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "domain/error.hpp"

namespace bankslip::http::fakes {

caf::error missing() { return domain::make_error(domain::errc::not_found, "no such thing"); }

namespace {

struct parser_state {
  std::vector<caf::typed_response_promise<actors::block_accepted>> withheld;
};

fake_parser_actor::behavior_type parser(fake_parser_actor::stateful_pointer<parser_state> self,
                                        world_ptr w) {
  return {
      [=](const actors::upload_block& b) -> caf::result<actors::block_accepted> {
        auto [problem, hold] = w->with([&](world& x) {
          x.received += *b.bytes;
          ++x.blocks;
          return std::pair{x.block_error, x.withhold};
        });
        if (problem)
          return problem;
        if (!hold)
          return actors::block_accepted{};
        auto promise = self->make_response_promise<actors::block_accepted>();
        self->state.withheld.push_back(promise);
        return promise;
      },
      [=](const actors::finish_upload&) -> caf::result<actors::upload_report> {
        return w->with([](world& x) -> caf::result<actors::upload_report> {
          ++x.finished;
          if (x.finish_error)
            return x.finish_error;
          return x.report;
        });
      },
      [](actors::idle_due) {},
      [=](const actors::abort_upload& a) {
        w->with([&](world& x) { x.aborts.push_back(a.reason); });
        self->quit();
      },
      [=](release_atom) {
        for (auto& promise : self->state.withheld)
          promise.deliver(actors::block_accepted{});
        self->state.withheld.clear();
      },
  };
}

/// `reply` unless the test has ordered an error.
template <class Reply, class F>
caf::result<Reply> answer(const world_ptr& w, F reply) {
  return w->with([&](world& x) -> caf::result<Reply> {
    if (x.front_error)
      return x.front_error;
    return reply(x);
  });
}

struct finder_state {
  std::vector<caf::typed_response_promise<actors::debt_found>> muted;
};

actors::finder_actor::behavior_type
finder(actors::finder_actor::stateful_pointer<finder_state> self, world_ptr w) {
  using namespace actors;
  return {
      [=](const find_debt& f) -> caf::result<debt_found> {
        if (w->with([](world& x) { return x.mute; })) {
          auto promise = self->make_response_promise<debt_found>();
          self->state.muted.push_back(promise);
          return promise;
        }
        return answer<debt_found>(w, [&](world& x) -> caf::result<debt_found> {
          const auto at = x.debts.find(f.debt_id);
          if (at == x.debts.end())
            return missing();
          return debt_found{at->second};
        });
      },
      [](find_waiting) {},
  };
}

/// Moves on a debt that is in `wanted`.
caf::result<actors::debt_revived> revive(world& x, const std::string& id,
                                         domain::debt_status wanted) {
  const auto at = x.debts.find(id);
  if (at == x.debts.end())
    return missing();
  if (at->second.status != wanted)
    return domain::make_error(domain::errc::wrong_state, "the debt is emailed");
  return actors::debt_revived{};
}

struct front_state {
  std::vector<caf::typed_response_promise<actors::changes_recorded>> held_changes;
};

actors::front_actor::behavior_type front(actors::front_actor::stateful_pointer<front_state> self,
                                         world_ptr w) {
  using namespace actors;
  return {
      [=](const open_upload& wanted) -> caf::result<upload_opened> {
        const auto p = self->spawn(parser, w);
        return w->with([&](world& x) -> caf::result<upload_opened> {
          if (x.open_error)
            return x.open_error;
          ++x.opened;
          x.encoding = wanted.encoding;
          x.trace = wanted.trace;
          x.parser = p;
          return upload_opened{17, p};
        });
      },
      [=](const create_debt& c) {
        return answer<debt_created>(w, [&](world& x) -> caf::result<debt_created> {
          x.created = c;
          domain::stored_debt stored;
          stored.content = c.content;
          const auto [at, fresh] = x.debts.emplace(c.content.debt_id, stored);
          return debt_created{at->second, fresh};
        });
      },
      [=](const retry_debt& r) {
        return answer<debt_revived>(w, [&](world& x) -> caf::result<debt_revived> {
          x.retried = r;
          return revive(x, r.debt_id, domain::debt_status::failed);
        });
      },
      [=](const resolve_debt& r) {
        return answer<debt_revived>(w, [&](world& x) -> caf::result<debt_revived> {
          x.resolved = r;
          return revive(x, r.debt_id, domain::debt_status::in_doubt);
        });
      },
      [=](const list_uploads& l) {
        return answer<uploads_listed>(w, [&](world& x) -> caf::result<uploads_listed> {
          x.listed = l;
          return uploads_listed{x.uploads};
        });
      },
      [=](const find_upload& f) {
        return answer<upload_found>(w, [&](world& x) -> caf::result<upload_found> {
          ++x.looked;
          for (const auto& u : x.uploads)
            if (u.upload_id == f.upload_id)
              return upload_found{u};
          return missing();
        });
      },
      [=](const stop_mails& s) {
        return answer<upload_found>(w, [&](world& x) -> caf::result<upload_found> {
          x.stopped = s;
          for (const auto& u : x.uploads)
            if (u.upload_id == s.upload_id)
              return upload_found{u};
          return missing();
        });
      },
      [=](const find_uploads& f) {
        return answer<uploads_listed>(w, [&](world& x) -> caf::result<uploads_listed> {
          ++x.watched;
          uploads_listed found;
          for (const auto& u : x.uploads)
            if (static_cast<int>(found.uploads.size()) < f.newest
                || std::ranges::count(f.upload_ids, u.upload_id) > 0)
              found.uploads.push_back(u);
          return found;
        });
      },
      [=](const list_problems& l) {
        return answer<problems_listed>(w, [&](world& x) -> caf::result<problems_listed> {
          problems_listed page;
          for (const auto& p : x.problems)
            if (p.row > l.after_row && static_cast<int>(page.rows.size()) < l.limit)
              page.rows.push_back(p);
          return page;
        });
      },
      [=](const list_deliveries& l) {
        return answer<deliveries_listed>(w, [&](world& x) -> caf::result<deliveries_listed> {
          x.deliveries_asked = l.page;
          return deliveries_listed{x.deliveries};
        });
      },
      [=](const resend_delivery& r) {
        return answer<delivery_resent>(w, [&](world& x) -> caf::result<delivery_resent> {
          for (const auto& d : x.deliveries)
            if (d.id == r.id)
              return delivery_resent{};
          return missing();
        });
      },
      [=](test_webhook) {
        return answer<webhook_tested>(w, [&](world& x) -> caf::result<webhook_tested> {
          return webhook_tested{x.test_answer};
        });
      },
      [=](const list_debts& l) {
        return answer<debts_listed>(w, [&](world& x) -> caf::result<debts_listed> {
          x.debt_lists.push_back(l);
          if (x.list_takes_too_long)
            return domain::make_error(domain::errc::invalid_input, "too many debts");
          return debts_listed{x.pages[l.after.row]};
        });
      },
      [=](const retry_upload& r) {
        return answer<upload_retried>(w, [&](world& x) -> caf::result<upload_retried> {
          return upload_retried{x.retries[r.after.row]};
        });
      },
      [=](const claim_key& c) {
        return answer<key_claimed>(w, [&](world& x) -> caf::result<key_claimed> {
          using holder = domain::key_claim::holder;
          ++x.claims;
          key_claimed out;
          if (const auto& kept = x.keys[c.name]; kept)
            out.claim = {holder::answered, {}, *kept};
          else if (x.key_is_taken)
            out.claim = {holder::another, std::chrono::seconds{90}, {}};
          return out;
        });
      },
      [=](const settle_key& s) {
        return w->with([&](world& x) -> caf::result<recorded> {
          if (s.answer)
            x.keys[s.name] = s.answer;
          else
            x.keys.erase(s.name);
          return recorded{};
        });
      },
      [=](const record_changes& r) -> caf::result<changes_recorded> {
        const auto held = w->with([](world& x) {
          ++x.changes_asked;
          return x.hold_changes;
        });
        if (held) {
          auto promise = self->template make_response_promise<changes_recorded>();
          self->state.held_changes.push_back(promise);
          return promise;
        }
        return answer<changes_recorded>(w, [&](world& x) -> caf::result<changes_recorded> {
          x.audit.insert(x.audit.end(), r.entries.begin(), r.entries.end());
          changes_recorded out;
          for (const auto& one : r.rows)
            out.sums.push_back({one.key, x.rows_of_keys[one.key] += one.rows});
          return out;
        });
      },
      [=](const open_session& o) {
        return answer<recorded>(w, [&](world& x) -> caf::result<recorded> {
          x.sessions[o.opened.id] = o.opened.key;
          return recorded{};
        });
      },
      [=](const find_session& f) {
        return answer<session_found>(w, [&](world& x) -> caf::result<session_found> {
          const auto at = x.sessions.find(f.id);
          if (at == x.sessions.end())
            return missing();
          return session_found{{at->first, at->second}};
        });
      },
      [=](const end_session& e) {
        return answer<recorded>(w, [&](world& x) -> caf::result<recorded> {
          x.sessions.erase(e.id);
          return recorded{};
        });
      },
      [](const upload_progressed&) {},
      [](const lease_due&) {},
      [](const drain&) -> caf::result<drained> { return drained{}; },
      [](const abort_uploads&) {},
      [](take_pulse) { return pulse{}; },
  };
}

} // namespace

actors::front_actor spawn_front(caf::actor_system& system, const world_ptr& w) {
  return system.spawn(front, w);
}

actors::finder_actor spawn_finder(caf::actor_system& system, const world_ptr& w) {
  return system.spawn(finder, w);
}

} // namespace bankslip::http::fakes
