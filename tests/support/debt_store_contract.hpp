#pragma once

#include "tests/support/debt_contract/debts.hpp"
#include "tests/support/debt_contract/uploads.hpp"

/// What every debt_store must do, on PostgreSQL or in memory. For `World` see
/// settlement_store_contract.hpp.
namespace bankslip::test::debt_contract {

/// Runs every clause, each in a world of its own: `make()` answers one (or a
/// pointer-like to it).
template <class Make>
void check_all(Make make) {
  using world = std::remove_reference_t<decltype(*make())>;
  struct clause {
    const char* name;
    void (*run)(world&);
  };
#define BANKSLIP_CLAUSE(name)                                                                      \
  clause { #name, name < world> }
  const clause clauses[] = {
      BANKSLIP_CLAUSE(a_new_debt_is_stored_with_its_outbox_entry),
      BANKSLIP_CLAUSE(a_known_debt_stays_as_it_is),
      BANKSLIP_CLAUSE(what_is_not_there_is_not_found),
      BANKSLIP_CLAUSE(only_a_failed_debt_is_retried),
      BANKSLIP_CLAUSE(a_retry_without_an_address_keeps_it),
      BANKSLIP_CLAUSE(a_person_decides_on_a_doubtful_debt),
      BANKSLIP_CLAUSE(a_claimed_entry_is_not_given_twice),
      BANKSLIP_CLAUSE(an_entry_whose_claim_ran_out_is_given_again_until_finished),
      BANKSLIP_CLAUSE(many_debts_are_found_at_once),
      BANKSLIP_CLAUSE(an_upload_is_done_when_every_accepted_row_has_its_end),
      BANKSLIP_CLAUSE(an_upload_without_accepted_rows_is_done_at_once),
      BANKSLIP_CLAUSE(an_aborted_upload_counts_what_workers_saw),
      BANKSLIP_CLAUSE(an_upload_whose_lease_ran_out_is_aborted),
      BANKSLIP_CLAUSE(uploads_are_listed_newest_first_in_pages),
      BANKSLIP_CLAUSE(problems_of_all_kinds_are_merged_by_row_in_pages),
  };
#undef BANKSLIP_CLAUSE
  for (const auto& c : clauses) {
    BOOST_TEST_CONTEXT(c.name) {
      auto w = make();
      c.run(*w);
    }
  }
}

} // namespace bankslip::test::debt_contract
