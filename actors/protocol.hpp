#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/type_id.hpp>

#include "actors/protocol/access.hpp"
#include "actors/protocol/common.hpp"
#include "actors/protocol/front.hpp"
#include "actors/protocol/publishing.hpp"
#include "actors/protocol/settling.hpp"
#include "actors/protocol/storing.hpp"
#include "actors/protocol/upkeep.hpp"
#include "actors/protocol/uploads.hpp"
#include "actors/protocol/webhooks.hpp"

/// Every message and every actor interface of the system. Commands are imperative
/// (`publish_batch`), facts are past (`batch_published`). Errors are `domain::errc`; each clause
/// names those that its sender must expect. Include this header, never one of `protocol/`: it
/// gives the messages the ids without which they cannot be sent.

// Messages never leave the process: they need a type id, not a wire format.
#define BANKSLIP_MESSAGE(name)                                                                     \
  CAF_ADD_TYPE_ID(bankslip, (bankslip::actors::name))                                              \
  CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bankslip::actors::name)

// clang-format off
CAF_BEGIN_TYPE_ID_BLOCK(bankslip, 1000)
// access
BANKSLIP_MESSAGE(record_changes) BANKSLIP_MESSAGE(changes_recorded) BANKSLIP_MESSAGE(open_session)
BANKSLIP_MESSAGE(find_session) BANKSLIP_MESSAGE(session_found) BANKSLIP_MESSAGE(end_session)
// common
BANKSLIP_MESSAGE(recorded) BANKSLIP_MESSAGE(poll_now) BANKSLIP_MESSAGE(drain)
BANKSLIP_MESSAGE(drained) BANKSLIP_MESSAGE(take_pulse) BANKSLIP_MESSAGE(pulse)
// publishing
BANKSLIP_MESSAGE(publish_batch) BANKSLIP_MESSAGE(batch_published)
// settling
BANKSLIP_MESSAGE(settle_batch) BANKSLIP_MESSAGE(batch_settled) BANKSLIP_MESSAGE(lane_revoked)
BANKSLIP_MESSAGE(run_job) BANKSLIP_MESSAGE(job_done) BANKSLIP_MESSAGE(job_due)
BANKSLIP_MESSAGE(replace_worker) BANKSLIP_MESSAGE(watch_workers)
// storing
BANKSLIP_MESSAGE(create_debt) BANKSLIP_MESSAGE(debt_created) BANKSLIP_MESSAGE(find_debt)
BANKSLIP_MESSAGE(debt_found) BANKSLIP_MESSAGE(retry_debt) BANKSLIP_MESSAGE(resolve_debt)
BANKSLIP_MESSAGE(debt_revived) BANKSLIP_MESSAGE(list_uploads) BANKSLIP_MESSAGE(uploads_listed)
BANKSLIP_MESSAGE(find_upload) BANKSLIP_MESSAGE(upload_found) BANKSLIP_MESSAGE(find_uploads)
BANKSLIP_MESSAGE(stop_mails) BANKSLIP_MESSAGE(list_problems) BANKSLIP_MESSAGE(problems_listed)
BANKSLIP_MESSAGE(list_debts) BANKSLIP_MESSAGE(debts_listed) BANKSLIP_MESSAGE(retry_upload)
BANKSLIP_MESSAGE(upload_retried) BANKSLIP_MESSAGE(claim_key) BANKSLIP_MESSAGE(key_claimed)
BANKSLIP_MESSAGE(settle_key) BANKSLIP_MESSAGE(store_idle) BANKSLIP_MESSAGE(end_group)
BANKSLIP_MESSAGE(clear_outbox) BANKSLIP_MESSAGE(find_waiting)
// upkeep
BANKSLIP_MESSAGE(relay_outbox) BANKSLIP_MESSAGE(remove_old_rows) BANKSLIP_MESSAGE(restart_child)
// uploads
BANKSLIP_MESSAGE(upload_block) BANKSLIP_MESSAGE(block_accepted) BANKSLIP_MESSAGE(finish_upload)
BANKSLIP_MESSAGE(abort_upload) BANKSLIP_MESSAGE(idle_due) BANKSLIP_MESSAGE(upload_report)
BANKSLIP_MESSAGE(open_upload) BANKSLIP_MESSAGE(upload_opened) BANKSLIP_MESSAGE(upload_progressed)
BANKSLIP_MESSAGE(lease_due) BANKSLIP_MESSAGE(abort_uploads) BANKSLIP_MESSAGE(parse_chunk)
BANKSLIP_MESSAGE(chunk_report) BANKSLIP_MESSAGE(begin_upload) BANKSLIP_MESSAGE(upload_begun)
BANKSLIP_MESSAGE(renew_uploads) BANKSLIP_MESSAGE(close_upload) BANKSLIP_MESSAGE(record_problems)
// webhooks
BANKSLIP_MESSAGE(list_deliveries) BANKSLIP_MESSAGE(deliveries_listed)
BANKSLIP_MESSAGE(resend_delivery) BANKSLIP_MESSAGE(delivery_resent) BANKSLIP_MESSAGE(test_webhook)
BANKSLIP_MESSAGE(webhook_tested) BANKSLIP_MESSAGE(start_webhooks) BANKSLIP_MESSAGE(deliver_webhooks)
CAF_END_TYPE_ID_BLOCK(bankslip)
// clang-format on

#undef BANKSLIP_MESSAGE
