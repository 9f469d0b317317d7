#include "tests/sim/planted.hpp"

namespace bankslip::sim {

namespace {

namespace d = domain;

/// Removes outbox entries as soon as it has taken them, lets no held row go, or forgets
/// superseded intents a minute after their lease.
class hasty_store final : public d::debt_store {
public:
  hasty_store(bug b, fake::world& w, std::unique_ptr<d::debt_store> port)
      : bug_{b}, world_{w}, port_{std::move(port)} {}

  caf::expected<std::vector<d::created_debt>>
  create(std::span<const d::debt> debts, std::span<const std::int64_t> published) override {
    return port_->create(debts, published);
  }
  caf::expected<std::vector<std::optional<d::stored_debt>>>
  find(std::span<const std::string> ids) override {
    return port_->find(ids);
  }
  caf::expected<d::revived_debt> retry(std::string_view id,
                                       std::optional<std::string> email) override {
    return port_->retry(id, std::move(email));
  }
  caf::expected<d::revived_debt> resolve(std::string_view id, d::person_decision what) override {
    return port_->resolve(id, what);
  }
  caf::expected<d::debt_page> list_debts(const d::debt_filter& filter, int limit,
                                         const d::list_position& after) override {
    return port_->list_debts(filter, limit, after);
  }
  caf::expected<d::retried_page> retry_upload(std::int64_t id, int limit,
                                              const d::list_position& after) override {
    return port_->retry_upload(id, limit, after);
  }
  caf::expected<d::key_claim> claim_key(const d::idempotency_name& name, std::int64_t token,
                                        std::chrono::milliseconds lease) override {
    return port_->claim_key(name, token, lease);
  }
  caf::error settle_key(const d::idempotency_name& name, std::int64_t token,
                        const std::optional<d::kept_answer>& answer) override {
    return port_->settle_key(name, token, answer);
  }
  caf::expected<std::int64_t> open_upload(std::chrono::milliseconds lease) override {
    return port_->open_upload(lease);
  }
  caf::error renew_uploads(std::span<const d::upload_so_far> uploads,
                           std::chrono::milliseconds lease) override {
    return port_->renew_uploads(uploads, lease);
  }
  caf::error finish_upload(std::int64_t id, const d::upload_totals& totals) override {
    return port_->finish_upload(id, totals);
  }
  caf::error abort_upload(std::int64_t id, const d::upload_totals& totals) override {
    return port_->abort_upload(id, totals);
  }
  caf::error expire_leases() override {
    auto err = port_->expire_leases();
    if (!err && bug_ == bug::superseded_intent_forgotten)
      std::erase_if(world_.db.superseded, [&](std::int64_t id) {
        auto i = world_.db.intents.find(id);
        if (i == world_.db.intents.end()
            || i->second.lease_until > world_.db.now() - std::chrono::minutes{1}
            || world_.db.is_held(id))
          return false;
        world_.db.intents.erase(i);
        return true;
      });
    return err;
  }
  caf::error record_problems(std::int64_t id, const d::file_form& form,
                             std::span<const d::row_problem> rows) override {
    return port_->record_problems(id, form, rows);
  }
  caf::expected<std::vector<d::upload_record>> list_uploads(int limit,
                                                            std::int64_t after) override {
    return port_->list_uploads(limit, after);
  }
  caf::expected<d::upload_record> find_upload(std::int64_t id) override {
    return port_->find_upload(id);
  }
  caf::expected<std::vector<d::upload_record>> find_uploads(std::span<const std::int64_t> ids,
                                                            int newest) override {
    return port_->find_uploads(ids, newest);
  }
  caf::expected<std::vector<d::row_problem>>
  upload_problems(std::int64_t id, std::int64_t after_row, int limit) override {
    return port_->upload_problems(id, after_row, limit);
  }
  caf::expected<d::upload_record> set_mail(std::int64_t id, d::mail_action action) override {
    return port_->set_mail(id, action);
  }
  caf::error release_held(int limit) override {
    return bug_ == bug::held_row_not_released ? caf::error{} : port_->release_held(limit);
  }
  caf::expected<d::mail_outlook> tell_mail_speed(std::int64_t process,
                                                 const d::mail_speed& speed) override {
    return port_->tell_mail_speed(process, speed);
  }
  caf::expected<d::replication_state> replication() override { return port_->replication(); }
  caf::expected<std::vector<d::outbox_entry>>
  claim_outbox(int limit, std::chrono::milliseconds claim) override {
    auto entries = port_->claim_outbox(limit, claim);
    if (entries && bug_ == bug::outbox_entry_removed_early)
      for (const auto& e : *entries)
        world_.db.outbox.erase(e.id);
    return entries;
  }
  caf::error finish_outbox(std::span<const std::int64_t> ids) override {
    return port_->finish_outbox(ids);
  }

private:
  bug bug_;
  fake::world& world_;
  std::unique_ptr<d::debt_store> port_;
};

} // namespace

std::unique_ptr<d::debt_store> spoil(bug b, fake::world& w, std::unique_ptr<d::debt_store> port) {
  if (b != bug::outbox_entry_removed_early && b != bug::held_row_not_released
      && b != bug::superseded_intent_forgotten)
    return port;
  return std::make_unique<hasty_store>(b, w, std::move(port));
}

} // namespace bankslip::sim
