#pragma once

#include "tests/support/clauses.hpp"
#include "tests/support/debt_contract/debts.hpp"
#include "tests/support/debt_contract/keys.hpp"
#include "tests/support/debt_contract/lists.hpp"
#include "tests/support/debt_contract/uploads.hpp"

/// Every debt_store must do this, on PostgreSQL or in memory. For `World` see
/// settlement_store_contract.hpp.
namespace bankslip::test::debt_contract {

/// Makes every clause a test case of the open suite; see `test::add_clauses`.
template <class World>
bool add_clauses() {
  return test::add_clauses<World>({
      BANKSLIP_CLAUSE(a_new_debt_is_stored_with_its_outbox_entry),
      BANKSLIP_CLAUSE(a_known_debt_stays_as_it_is),
      BANKSLIP_CLAUSE(what_is_not_there_is_not_found),
      BANKSLIP_CLAUSE(only_a_failed_debt_is_retried),
      BANKSLIP_CLAUSE(a_retry_without_an_address_keeps_it),
      BANKSLIP_CLAUSE(a_put_off_debt_tells_why),
      BANKSLIP_CLAUSE(a_person_decides_on_a_doubtful_debt),
      BANKSLIP_CLAUSE(a_claimed_entry_is_not_given_twice),
      BANKSLIP_CLAUSE(an_entry_whose_claim_ran_out_is_given_again_until_finished),
      BANKSLIP_CLAUSE(many_debts_are_found_at_once),
      BANKSLIP_CLAUSE(many_debts_are_stored_at_once_and_of_equal_ids_the_first_stands),
      BANKSLIP_CLAUSE(entries_of_published_debts_go_with_the_next_that_are_stored),
      BANKSLIP_CLAUSE(an_upload_is_done_when_every_accepted_row_has_its_end),
      BANKSLIP_CLAUSE(an_upload_without_accepted_rows_is_done_at_once),
      BANKSLIP_CLAUSE(held_rows_are_an_end_when_cancelled_and_go_on_when_resumed),
      BANKSLIP_CLAUSE(an_aborted_upload_counts_what_workers_saw),
      BANKSLIP_CLAUSE(an_upload_whose_lease_ran_out_is_aborted),
      BANKSLIP_CLAUSE(uploads_are_listed_newest_first_in_pages),
      BANKSLIP_CLAUSE(uploads_are_found_by_ids_together_with_the_newest),
      BANKSLIP_CLAUSE(problems_of_all_kinds_are_merged_by_row_in_pages),
      BANKSLIP_CLAUSE(rejected_rows_come_back_as_they_were),
      BANKSLIP_CLAUSE(large_rejected_rows_come_in_small_pages),
      BANKSLIP_CLAUSE(the_header_of_a_file_is_kept_as_it_was),
      BANKSLIP_CLAUSE(an_upload_under_way_never_has_more_ends_than_rows),
      BANKSLIP_CLAUSE(an_upload_whose_process_died_has_its_rejected_rows_and_a_reason),
      BANKSLIP_CLAUSE(an_aborted_upload_tells_why),
      BANKSLIP_CLAUSE(every_debt_is_on_one_page_whatever_is_written_meanwhile),
      BANKSLIP_CLAUSE(debts_are_listed_by_status),
      BANKSLIP_CLAUSE(an_upload_is_listed_by_row_and_changes_move_nothing),
      BANKSLIP_CLAUSE(a_person_is_found_by_address_or_document_letter_by_letter),
      BANKSLIP_CLAUSE(both_due_days_belong_to_the_span),
      BANKSLIP_CLAUSE(a_status_can_stand_alone),
      BANKSLIP_CLAUSE(all_failed_debts_of_an_upload_are_begun_anew_once),
      BANKSLIP_CLAUSE(a_key_has_one_holder_until_it_is_settled),
      BANKSLIP_CLAUSE(an_answer_is_kept_as_it_was),
      BANKSLIP_CLAUSE(a_key_whose_holder_died_is_free_when_its_lease_is_over),
      BANKSLIP_CLAUSE(clients_do_not_share_keys),
  });
}

} // namespace bankslip::test::debt_contract
