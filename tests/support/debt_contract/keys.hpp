#pragma once

#include "tests/support/debt_contract/debts.hpp"

/// Clauses about idempotency keys.
namespace bankslip::test::debt_contract {

using holder = d::key_claim::holder;

inline const d::kept_answer an_answer{std::string(32, '\x9f'), 201, "application/json",
                                      std::string{"{\"a\":\"\0\xff\\\"}", 12}};

template <class World>
void a_key_has_one_holder_until_it_is_settled(World& world) {
  auto store = world.debt_store();
  auto second = world.debt_store();
  const d::idempotency_name name{"", "a key, with ' and \\"};
  BOOST_TEST(must(store->claim_key(name, 1, 60s)).held_by == holder::caller);
  BOOST_TEST(must(store->claim_key(name, 1, 60s)).held_by == holder::caller); // a longer lease
  auto late = must(second->claim_key(name, 2, 60s));
  BOOST_TEST(late.held_by == holder::another);
  BOOST_TEST((late.lease_left > 50s && late.lease_left <= 60s));
  BOOST_TEST(fails_with(second->settle_key(name, 2, an_answer), d::errc::wrong_state));
  must(store->settle_key(name, 1, std::nullopt)); // given back
  BOOST_TEST(must(second->claim_key(name, 2, 60s)).held_by == holder::caller);
}

template <class World>
void an_answer_is_kept_as_it_was(World& world) {
  auto store = world.debt_store();
  const d::idempotency_name name{"shop", "k"};
  must(store->claim_key(name, 1, 60s));
  must(store->settle_key(name, 1, an_answer));
  for (std::int64_t token : {1, 2}) {
    auto found = must(world.debt_store()->claim_key(name, token, 60s));
    BOOST_TEST(found.held_by == holder::answered);
    BOOST_TEST((found.answer == an_answer));
    BOOST_TEST(fails_with(store->settle_key(name, token, std::nullopt), d::errc::wrong_state));
  }
  must(store->expire_leases());
  BOOST_TEST(must(store->claim_key(name, 3, 60s)).held_by == holder::answered);
}

template <class World>
void a_key_whose_holder_died_is_free_when_its_lease_is_over(World& world) {
  auto store = world.debt_store();
  const d::idempotency_name name{"", "k"};
  must(store->claim_key(name, 1, -1s));
  BOOST_TEST(must(store->claim_key(name, 2, 60s)).held_by == holder::caller);
  // The first holder was only slow: what it answers is not kept.
  BOOST_TEST(fails_with(store->settle_key(name, 1, an_answer), d::errc::wrong_state));
  BOOST_TEST(must(store->claim_key(name, 1, 60s)).held_by == holder::another);
  must(store->settle_key(name, 2, an_answer));
}

template <class World>
void clients_do_not_share_keys(World& world) {
  auto store = world.debt_store();
  must(store->claim_key({"one", "k"}, 1, 60s));
  must(store->settle_key({"one", "k"}, 1, an_answer));
  BOOST_TEST(must(store->claim_key({"two", "k"}, 2, 60s)).held_by == holder::caller);
  BOOST_TEST(must(store->claim_key({"", "k"}, 3, 60s)).held_by == holder::caller);
}

} // namespace bankslip::test::debt_contract
