#pragma once

#include "tests/support/clauses.hpp"
#include "tests/support/webhook_contract/deliveries.hpp"
#include "tests/support/webhook_contract/events.hpp"

/// Every webhook_store must do this, on PostgreSQL or in memory, and the other stores
/// must write events for it. `World` as in settlement_store_contract.hpp, and
///   std::unique_ptr<domain::webhook_store> webhook_store();
///   void tell(domain::event_set events);  // what stores made from now on write
namespace bankslip::test::webhook_contract {

/// Makes every clause a test case of the open suite; see `test::add_clauses`.
template <class World>
bool add_clauses() {
  return test::add_clauses<World>({
      BANKSLIP_CLAUSE(nothing_is_told_where_nobody_asked),
      BANKSLIP_CLAUSE(debts_are_told_with_the_batch_that_ends_them),
      BANKSLIP_CLAUSE(nothing_is_told_of_an_undone_batch),
      BANKSLIP_CLAUSE(an_upload_is_told_done_by_its_last_row),
      BANKSLIP_CLAUSE(an_upload_is_told_done_by_its_closing),
      BANKSLIP_CLAUSE(an_upload_is_told_done_by_a_batch_of_duplicates),
      BANKSLIP_CLAUSE(an_upload_is_told_done_once_whatever_is_retried),
      BANKSLIP_CLAUSE(an_aborted_upload_is_told_once),
      BANKSLIP_CLAUSE(a_decision_is_told),
      BANKSLIP_CLAUSE(a_claimed_event_is_not_given_twice),
      BANKSLIP_CLAUSE(an_event_is_tried_until_it_is_delivered),
      BANKSLIP_CLAUSE(an_event_that_is_resent_begins_anew),
      BANKSLIP_CLAUSE(a_stopped_endpoint_gets_nothing_until_it_is_resumed),
      BANKSLIP_CLAUSE(deliveries_are_listed_newest_first_in_pages),
      BANKSLIP_CLAUSE(the_backlog_tells_what_waits),
  });
}

} // namespace bankslip::test::webhook_contract
