#pragma once

#include "tests/support/clauses.hpp"
#include "tests/support/settlement_contract/bookkeeping.hpp"
#include "tests/support/settlement_contract/rows.hpp"

/// Every settlement_store must do this, on PostgreSQL or in memory.
///
/// `World` stands for one empty database:
///   std::unique_ptr<domain::settlement_store> settlement_store();
///   std::unique_ptr<domain::debt_store> debt_store();
///   void use_topic(const char* name);  // of stores made from now on
/// Every store it makes works on the same tables.
namespace bankslip::test::settlement_contract {

/// Makes every clause a test case of the open suite; see `test::add_clauses`.
template <class World>
bool add_clauses() {
  return test::add_clauses<World>({
      BANKSLIP_CLAUSE(copied_rows_can_be_read_once_settled),
      BANKSLIP_CLAUSE(a_check_finds_what_a_repetition_is_known_by),
      BANKSLIP_CLAUSE(a_check_tells_no_content_that_was_asked_for),
      BANKSLIP_CLAUSE(inserted_rows_are_the_same_as_copied_ones),
      BANKSLIP_CLAUSE(a_copy_onto_a_taken_key_writes_nothing),
      BANKSLIP_CLAUSE(nothing_is_left_of_a_rolled_back_transaction),
      BANKSLIP_CLAUSE(empty_batches_are_no_error),
      BANKSLIP_CLAUSE(attempts_count_the_older_intents_of_the_same_offsets),
      BANKSLIP_CLAUSE(an_intent_of_too_many_attempts_is_not_written),
      BANKSLIP_CLAUSE(a_batch_that_started_nothing_needs_no_intent),
      BANKSLIP_CLAUSE(intents_of_others_are_seen_with_their_fingerprints),
      BANKSLIP_CLAUSE(intents_are_not_seen_while_their_transaction_lasts),
      BANKSLIP_CLAUSE(intents_that_a_settled_batch_covers_go_when_their_lease_is_over),
      BANKSLIP_CLAUSE(intents_that_name_attempts_are_left_to_the_mail_stage),
      BANKSLIP_CLAUSE(a_superseded_intent_tells_until_all_of_its_range_is_settled_anew),
      BANKSLIP_CLAUSE(a_superseded_intent_does_not_stay_for_ever),
      BANKSLIP_CLAUSE(an_intent_stays_while_its_transaction_lasts),
      BANKSLIP_CLAUSE(a_lost_intent_is_noticed_before_anything_is_sent),
      BANKSLIP_CLAUSE(a_lost_intent_undoes_the_batch),
      BANKSLIP_CLAUSE(locked_rows_come_in_order_and_can_be_changed),
      BANKSLIP_CLAUSE(counters_add_up_over_partitions_and_batches),
      BANKSLIP_CLAUSE(an_upload_counts_for_its_own_topic_until_all_its_rows_have_ended),
      BANKSLIP_CLAUSE(counters_of_an_undone_batch_are_not_counted),
      BANKSLIP_CLAUSE(problems_and_outbox_entries_come_with_the_batch),
      BANKSLIP_CLAUSE(a_dead_letter_keeps_what_is_null_and_what_is_empty),
  });
}

} // namespace bankslip::test::settlement_contract
