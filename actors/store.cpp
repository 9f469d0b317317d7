#include "actors/store.hpp"

#include <utility>

#include "domain/error.hpp"
#include "telemetry/log.hpp"

namespace bankslip::actors {

using domain::errc;

namespace {

using store_pointer = store_actor::stateful_pointer<store_state>;

/// Reports a database that is away, and passes the error on.
caf::error noted(store_pointer self, caf::error reason) {
  if (domain::code_of(reason) == errc::database_unavailable)
    self->state.options.seen->is_away({domain::dependency_kind::database}, domain::text_of(reason));
  return reason;
}

/// Publishes at once what RELAY would publish later. A failure is only logged: the
/// outbox entry stays, and RELAY takes it.
void publish_now(store_pointer self, std::int64_t outbox_id, const domain::debt& content) {
  auto& options = self->state.options;
  self->request(options.publisher, options.timeouts.publish_at_once,
                publish_batch{stored_record(*options.codec, content)})
      .then(
          [=](batch_published) {
            if (auto err = self->state.store->finish_outbox({&outbox_id, 1}))
              noted(self, err);
          },
          [=](caf::error& reason) {
            telemetry::log_debug("left to the outbox relay", {{"error", domain::text_of(reason)}});
          });
}

caf::result<debt_revived> answered(store_pointer self,
                                   caf::expected<domain::revived_debt> revived) {
  if (!revived)
    return noted(self, std::move(revived.error()));
  if (revived->outbox_id != 0)
    publish_now(self, revived->outbox_id, revived->stored.content);
  return debt_revived{};
}

template <class Answer, class T>
caf::result<Answer> answered(store_pointer self, caf::expected<T> value) {
  if (!value)
    return noted(self, std::move(value.error()));
  return Answer{std::move(*value)};
}

caf::result<recorded> answered(store_pointer self, caf::error err) {
  if (err)
    return noted(self, std::move(err));
  return recorded{};
}

} // namespace

domain::outbound_batch_ptr stored_record(const domain::debt_codec& codec, const domain::debt& d) {
  auto batch = std::make_shared<domain::outbound_batch>();
  batch->stored = true;
  std::string json;
  codec.encode(d, json);
  batch->add(d.debt_id, json);
  return batch;
}

store_actor::behavior_type store(store_pointer self, int number, store_options options) {
  auto& state = self->state;
  state.options = std::move(options);
  state.store = state.options.make_store();
  state.board.emplace("store", "store " + std::to_string(number), "front");
  return {
      [=](const create_debt& request) -> caf::result<debt_created> {
        auto made = self->state.store->create(request.content);
        if (!made)
          return noted(self, std::move(made.error()));
        if (made->created)
          publish_now(self, made->outbox_id, made->stored.content);
        return debt_created{std::move(made->stored), made->created};
      },
      [=](const find_debt& request) {
        return answered<debt_found>(self, self->state.store->find(request.debt_id));
      },
      [=](const retry_debt& request) {
        return answered(self, self->state.store->retry(request.debt_id, request.email));
      },
      [=](const resolve_debt& request) {
        return answered(self, self->state.store->resolve(request.debt_id, request.decision));
      },
      [=](const list_uploads& request) {
        return answered<uploads_listed>(
            self, self->state.store->list_uploads(request.limit, request.after));
      },
      [=](const find_upload& request) {
        return answered<upload_found>(self, self->state.store->find_upload(request.upload_id));
      },
      [=](const list_problems& request) {
        return answered<problems_listed>(self, self->state.store->upload_problems(request.upload_id,
                                                                                  request.after_row,
                                                                                  request.limit));
      },
      [=](begin_upload) {
        return answered<upload_begun>(
            self, self->state.store->open_upload(self->state.options.timeouts.upload_lease));
      },
      [=](const renew_uploads& request) {
        return answered(self, self->state.store->renew_uploads(
                                  request.upload_ids, self->state.options.timeouts.upload_lease));
      },
      [=](const close_upload& request) {
        auto& store = *self->state.store;
        return answered(self, request.aborted
                                  ? store.abort_upload(request.upload_id, request.totals)
                                  : store.finish_upload(request.upload_id, request.totals));
      },
      [=](const record_problems& request) {
        return answered(self, self->state.store->record_problems(request.upload_id, request.rows));
      },
      [=](const report_idle& request) { self->send(request.to, store_idle{request.slot}); },
  };
}

} // namespace bankslip::actors
