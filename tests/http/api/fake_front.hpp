#pragma once

#include <algorithm>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/atom.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/protocol.hpp"
#include "domain/error.hpp"

/// FRONT, FINDER and PARSER as the HTTP side sees them, steered by a test.
namespace bankslip::http::fakes {

using release_atom = caf::atom_constant<caf::atom("release")>;
using fake_parser_actor = actors::parser_actor::extend<caf::reacts_to<release_atom>>;

/// Says what the actors do, and notes what they were asked. Shared with the test's thread.
class world {
public:
  /// Runs `change` under the lock, then wakes who waits.
  template <class F>
  auto with(F change) {
    const std::lock_guard guard{mutex_};
    struct wake {
      std::condition_variable& c;
      ~wake() { c.notify_all(); }
    } wake{changed_};
    return change(*this);
  }

  /// Waits until `holds`, for at most ten seconds.
  template <class F>
  bool eventually(F holds) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return holds(*this); });
  }

  // Orders
  caf::error open_error;
  caf::error block_error;
  caf::error finish_error;
  caf::error front_error;
  bool mute = false;
  /// Changes are taken and not answered.
  bool hold_changes = false;
  bool withhold = false;
  actors::upload_report report;
  std::map<std::string, domain::stored_debt> debts;
  std::vector<domain::upload_record> uploads;
  std::vector<domain::row_problem> problems;
  std::vector<domain::webhook_delivery> deliveries;
  domain::webhook_answer test_answer;
  /// Pages of a list, and of a retried upload, by the row where the one before ended.
  std::map<std::int64_t, domain::debt_page> pages;
  std::map<std::int64_t, domain::retried_page> retries;
  /// Whether another request has the key.
  bool key_is_taken = false;

  std::map<std::string, std::int64_t> rows_of_keys;

  // What happened
  int changes_asked = 0;
  std::vector<domain::audit_entry> audit;
  std::map<domain::sha256_digest, domain::sha256_digest> sessions;
  std::string received;
  std::size_t blocks = 0;
  int opened = 0;
  domain::text_encoding encoding{};
  std::string trace;
  int finished = 0;
  int looked = 0;
  int watched = 0;
  std::vector<std::string> aborts;
  std::optional<actors::create_debt> created;
  std::optional<actors::retry_debt> retried;
  std::optional<actors::resolve_debt> resolved;
  std::optional<actors::list_uploads> listed;
  std::optional<actors::stop_mails> stopped;
  std::optional<domain::delivery_page> deliveries_asked;
  std::vector<actors::list_debts> debt_lists;
  bool list_takes_too_long = false;
  /// Answers by client and key; those without one are held.
  std::map<domain::idempotency_name, std::optional<domain::kept_answer>> keys;
  int claims = 0;
  fake_parser_actor parser;

private:
  std::mutex mutex_;
  std::condition_variable changed_;
};
using world_ptr = std::shared_ptr<world>;

struct parser_state {
  std::vector<caf::typed_response_promise<actors::block_accepted>> withheld;
};

inline fake_parser_actor::behavior_type
parser(fake_parser_actor::stateful_pointer<parser_state> self, world_ptr w) {
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

inline caf::error missing() { return domain::make_error(domain::errc::not_found, "no such thing"); }

struct finder_state {
  std::vector<caf::typed_response_promise<actors::debt_found>> muted;
};

inline actors::finder_actor::behavior_type
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
inline caf::result<actors::debt_revived> revive(world& x, const std::string& id,
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

inline actors::front_actor::behavior_type
front(actors::front_actor::stateful_pointer<front_state> self, world_ptr w) {
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

} // namespace bankslip::http::fakes
