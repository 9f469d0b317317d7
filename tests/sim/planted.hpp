#pragma once

#include <memory>
#include <string_view>

#include "actors/protocol.hpp"
#include "domain/mail_leave.hpp"
#include "domain/ports.hpp"
#include "tests/support/fake_world.hpp"

namespace bankslip::sim {

/// Bugs that are put between the actors and the simulated world on purpose.
enum class bug {
  none,
  offset_committed_early,
  revoked_results_committed,
  intent_not_written,
  intent_removed_early,
  intents_of_others_not_seen,
  new_key_for_each_call,
  window_ignored,
  lease_ignored,
  unknown_taken_for_not_sent,
  unknown_taken_for_sent,
  row_locks_not_taken,
  counters_counted_twice,
  outbox_entry_removed_early,
  put_off_without_outbox,
  refused_batch_acknowledged,
  error_taken_for_settled,
  credit_not_returned,
  event_outside_the_transaction,
  done_said_again,
  last_lanes_not_kept_apart,
  far_lanes_not_waited_for,
  mails_ahead_of_slips,
  mail_place_lost,
  mode_switch_forgets,
  mail_group_begins_at_the_end,
  earlier_tries_not_handed_on,
  stop_not_seen,
  held_row_not_released,
  superseded_intent_forgotten,
  rate_counted_twice,
  last,
};

std::string_view to_string(bug b);

/// Ports that have bug `b`; the given ones when it is not theirs.
std::unique_ptr<domain::settlement_store> spoil(bug b, fake::world& w,
                                                std::unique_ptr<domain::settlement_store> port);
std::unique_ptr<domain::debt_store> spoil(bug b, fake::world& w,
                                          std::unique_ptr<domain::debt_store> port);
std::unique_ptr<domain::email_service> spoil(bug b, std::unique_ptr<domain::email_service> port);
std::unique_ptr<domain::record_source> spoil(bug b, std::unique_ptr<domain::record_source> port);
std::unique_ptr<domain::record_source> spoiled_mail_source(bug b, fake::broker& kafka,
                                                           fake::process_ptr process);
/// As a process does before it leaves e-mails to the mail stage.
void prepare_mails(bug b, fake::broker& kafka);
std::shared_ptr<domain::mail_leave> spoil(bug b, std::shared_ptr<domain::mail_leave> leave);
std::unique_ptr<domain::record_sink> spoil(bug b, std::unique_ptr<domain::record_sink> port);

/// Stands between CONSUMER and POOL and keeps every third answer.
actors::pool_actor::behavior_type lossy_pool(actors::pool_actor::pointer self,
                                             actors::pool_actor pool);

} // namespace bankslip::sim
