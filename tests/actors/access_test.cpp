#include "actors/access.hpp"

#include "tests/actors/stage.hpp"

using namespace bankslip;
using namespace bankslip::test;

namespace {

class fake_access_store final : public domain::access_store {
public:
  explicit fake_access_store(int& recorded, caf::error& problem)
      : recorded_{recorded}, problem_{problem} {}

  caf::expected<std::vector<domain::key_rows>> record(std::span<const domain::audit_entry> entries,
                                                      domain::date,
                                                      std::span<const domain::key_rows>) override {
    if (problem_)
      return problem_;
    recorded_ += static_cast<int>(entries.size());
    return std::vector<domain::key_rows>{};
  }
  caf::error open_session(const domain::session&, std::chrono::seconds) override {
    return problem_;
  }
  caf::expected<domain::session> find_session(const domain::sha256_digest&) override {
    return domain::make_error(errc::not_found, "no session");
  }
  caf::error end_session(const domain::sha256_digest&) override { return problem_; }

private:
  int& recorded_;
  caf::error& problem_;
};

struct access_stage : stage {
  access_stage() {
    access_options options;
    options.make_store = [this] { return std::make_unique<fake_access_store>(recorded, problem); };
    options.seen = seen;
    handle = spawn(actors::access, std::move(options));
  }

  std::shared_ptr<answer<changes_recorded>> record(std::chrono::steady_clock::time_point until) {
    record_changes request;
    request.entries.resize(3);
    request.until = until;
    return ask<changes_recorded>(handle, std::move(request));
  }

  int recorded = 0;
  caf::error problem;
  std::shared_ptr<domain::availability> seen = std::make_shared<domain::availability>();
  access_actor handle;
};

} // namespace

BOOST_AUTO_TEST_SUITE(access_test)

BOOST_FIXTURE_TEST_SUITE(the_access_actor, access_stage)

BOOST_AUTO_TEST_CASE(changes_whose_sender_has_given_up_are_not_noted) {
  // It sends them again: they would stand in the audit twice.
  BOOST_TEST(record({})->code() == errc::overloaded);
  BOOST_TEST(recorded == 0);
  BOOST_TEST(record(std::chrono::steady_clock::time_point::max())->value.has_value());
  BOOST_TEST(recorded == 3);
}

BOOST_AUTO_TEST_CASE(a_database_that_is_away_is_reported_and_nothing_else_is) {
  problem = domain::make_error(errc::database_refused, "no");
  BOOST_TEST(
      (record(std::chrono::steady_clock::time_point::max())->code() == errc::database_refused));
  BOOST_TEST(seen->unready_reasons().empty());
  problem = domain::make_error(errc::database_unavailable, "gone");
  BOOST_TEST(ask<actors::recorded>(handle, end_session{})->code() == errc::database_unavailable);
  BOOST_TEST(!seen->unready_reasons().empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
