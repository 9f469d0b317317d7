#include "actors/store.hpp"

#include <utility>

#include "actors/database_answers.hpp"
#include "telemetry/log.hpp"

namespace bankslip::actors {

using domain::errc;

namespace {

using store_pointer = store_actor::stateful_pointer<store_state>;

/// Publishes at once what RELAY would publish later. A failure is only logged: the
/// outbox entries stay, and RELAY takes them.
void publish_now(store_pointer self, std::vector<std::int64_t> outbox_ids,
                 std::span<const domain::debt* const> debts, std::vector<std::string> traces) {
  if (debts.empty())
    return;
  auto& options = self->state.options;
  self->request(options.publisher, options.timeouts.publish_at_once,
                publish_batch{stored_records(*options.codec, debts, std::move(traces))})
      .then(
          [=, ids = std::move(outbox_ids)](batch_published) {
            auto& published = self->state.published;
            if (published.empty())
              self->delayed_send(self, self->state.options.timeouts.outbox_rest, clear_outbox{});
            published.insert(published.end(), ids.begin(), ids.end());
          },
          [](caf::error& reason) {
            telemetry::log_debug("left to the outbox relay", {{"error", domain::text_of(reason)}});
          });
}

void clear_published(store_pointer self) {
  auto& state = self->state;
  if (state.published.empty())
    return;
  if (auto err = state.store->finish_outbox(state.published))
    noted(*state.options.seen, err);
  // Those that are left are RELAY's.
  state.published.clear();
}

/// Answers all that were asked together.
void refuse(store_pointer self, std::vector<store_state::open_create>& group,
            const caf::error& reason) {
  noted(*self->state.options.seen, reason);
  for (auto& one : group)
    one.promise.deliver(reason);
}

void create_group(store_pointer self, const store_pool_actor& pool) {
  auto& state = self->state;
  auto group = std::exchange(state.creates, {});
  std::vector<domain::debt> debts;
  debts.reserve(group.size());
  for (auto& one : group)
    debts.push_back(std::move(one.request.content));
  auto made = state.store->create(debts, state.published);
  if (!made && (group.size() == 1 || domain::code_of(made.error()) == errc::database_unavailable))
    return refuse(self, group, made.error());
  if (!made) {
    telemetry::log_debug("created one by one", {{"error", domain::text_of(made.error())}});
    for (std::size_t i = 0; i < group.size(); ++i)
      group[i].promise.delegate(
          pool, create_debt{std::move(debts[i]), true, std::move(group[i].request.trace)});
    return;
  }
  state.published.clear();
  std::vector<std::int64_t> outbox_ids;
  std::vector<const domain::debt*> fresh;
  std::vector<std::string> traces;
  bool any_trace = false;
  for (std::size_t i = 0; i < group.size(); ++i) {
    auto& one = (*made)[i];
    if (one.created) {
      outbox_ids.push_back(one.outbox_id);
      fresh.push_back(&debts[i]);
      any_trace = any_trace || !group[i].request.trace.empty();
      traces.push_back(std::move(group[i].request.trace));
    }
    group[i].promise.deliver(debt_created{std::move(one.stored), one.created});
  }
  if (!any_trace)
    traces.clear();
  publish_now(self, std::move(outbox_ids), fresh, std::move(traces));
}

caf::result<debt_revived> revive(store_pointer self, caf::expected<domain::revived_debt> revived,
                                 const std::string& trace) {
  if (!revived)
    return noted(*self->state.options.seen, std::move(revived.error()));
  if (revived->outbox_id != 0) {
    const auto* content = &revived->stored.content;
    auto traces = trace.empty() ? std::vector<std::string>{} : std::vector{trace};
    publish_now(self, {revived->outbox_id}, {&content, 1}, std::move(traces));
  }
  return debt_revived{};
}

} // namespace

domain::outbound_batch_ptr stored_records(const domain::debt_codec& codec,
                                          std::span<const domain::debt* const> debts,
                                          std::vector<std::string> traces) {
  auto batch = std::make_shared<domain::outbound_batch>();
  batch->stored = true;
  batch->traces = std::move(traces);
  std::string json;
  for (const auto* d : debts) {
    json.clear();
    codec.encode(*d, json);
    batch->add(d->debt_id, json);
  }
  return batch;
}

store_actor::behavior_type store(store_pointer self, int number, store_options options) {
  auto& state = self->state;
  state.options = std::move(options);
  state.store = state.options.make_store();
  state.board.emplace("store", "store " + std::to_string(number), "front");
  return {
      [=](create_debt& request) {
        auto promise = self->make_response_promise<debt_created>();
        self->state.creates.push_back({std::move(request), promise});
        return promise;
      },
      [=](const retry_debt& request) {
        return revive(self, self->state.store->retry(request.debt_id, request.email),
                      request.trace);
      },
      [=](const resolve_debt& request) {
        return revive(self, self->state.store->resolve(request.debt_id, request.decision),
                      request.trace);
      },
      [=](const list_uploads& request) {
        return answered<uploads_listed>(
            self, self->state.store->list_uploads(request.limit, request.after));
      },
      [=](const find_upload& request) {
        return answered<upload_found>(self, self->state.store->find_upload(request.upload_id));
      },
      [=](const stop_mails& request) {
        return answered<upload_found>(
            self, self->state.store->set_mail(request.upload_id, request.action));
      },
      [=](const find_uploads& request) {
        return answered<uploads_listed>(
            self, self->state.store->find_uploads(request.upload_ids, request.newest));
      },
      [=](const list_problems& request) {
        return answered<problems_listed>(self, self->state.store->upload_problems(request.upload_id,
                                                                                  request.after_row,
                                                                                  request.limit));
      },
      [=](const list_debts& request) {
        return answered<debts_listed>(
            self, self->state.store->list_debts(request.filter, request.limit, request.after));
      },
      [=](const retry_upload& request) {
        return answered<upload_retried>(
            self, self->state.store->retry_upload(request.upload_id, request.limit, request.after));
      },
      [=](const claim_key& request) {
        return answered<key_claimed>(
            self, self->state.store->claim_key(request.name, request.token, request.lease));
      },
      [=](const settle_key& request) {
        return answered(self,
                        self->state.store->settle_key(request.name, request.token, request.answer));
      },
      [=](begin_upload) {
        return answered<upload_begun>(
            self, self->state.store->open_upload(self->state.options.timeouts.upload_lease));
      },
      [=](const renew_uploads& request) {
        return answered(self, self->state.store->renew_uploads(
                                  request.uploads, self->state.options.timeouts.upload_lease));
      },
      [=](const close_upload& request) {
        auto& store = *self->state.store;
        return answered(self, request.aborted
                                  ? store.abort_upload(request.upload_id, request.totals)
                                  : store.finish_upload(request.upload_id, request.totals));
      },
      [=](const record_problems& request) {
        return answered(self, self->state.store->record_problems(request.upload_id, request.form,
                                                                 request.rows));
      },
      [=](const end_group& end) {
        if (!self->state.creates.empty())
          create_group(self, end.from);
        self->send(end.from, store_idle{end.slot});
      },
      [=](clear_outbox) { clear_published(self); },
  };
}

} // namespace bankslip::actors
