#include "actors/retention.hpp"

#include <deque>

#include "tests/actors/stage.hpp"

using namespace bankslip;
using namespace bankslip::test;

namespace {

/// What the store is asked, and what it answers: nothing to remove when nothing is said.
struct old_rows {
  std::vector<std::chrono::days> asked;
  std::deque<caf::expected<domain::removed_rows>> answers;
};

class fake_retention_store final : public domain::retention_store {
public:
  explicit fake_retention_store(std::shared_ptr<old_rows> rows) : rows_{std::move(rows)} {}

  caf::expected<domain::removed_rows> remove_old(std::chrono::days keep, int) override {
    rows_->asked.push_back(keep);
    if (rows_->answers.empty())
      return domain::removed_rows{};
    auto answer = std::move(rows_->answers.front());
    rows_->answers.pop_front();
    return answer;
  }
  caf::expected<domain::archive_step>
  archive(const domain::archive_request&,
          const std::function<caf::error(std::span<const domain::stored_debt>)>&) override {
    return domain::archive_step{0, true};
  }

private:
  std::shared_ptr<old_rows> rows_;
};

struct retention_stage : stage {
  retention_stage() {
    retention_options o;
    o.make_store = [this] { return std::make_unique<fake_retention_store>(rows); };
    o.keep = std::chrono::days{90};
    actor = spawn(retention, o);
    run();
  }
  std::shared_ptr<old_rows> rows = std::make_shared<old_rows>();
  retention_actor actor;
};

} // namespace

BOOST_AUTO_TEST_SUITE(retention_test)

BOOST_FIXTURE_TEST_CASE(it_looks_every_ten_minutes, retention_stage) {
  pass(9min, 1min);
  BOOST_TEST(rows->asked.empty());
  pass(1min, 1min);
  BOOST_TEST((rows->asked == std::vector{std::chrono::days{90}}));
  pass(10min, 1min);
  BOOST_TEST(rows->asked.size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(it_goes_on_after_a_short_pause_while_there_is_more, retention_stage) {
  rows->answers = {domain::removed_rows{{{"audit", 1000}}, true},
                   domain::removed_rows{{{"audit", 7}}, true}};
  pass(10min, 1min);
  BOOST_TEST(rows->asked.size() == 1u);
  pass(90ms);
  BOOST_TEST(rows->asked.size() == 1u);
  pass(10ms);
  BOOST_TEST(rows->asked.size() == 2u);
  pass(100ms);
  BOOST_TEST(rows->asked.size() == 3u);
  pass(9min, 1min);
  BOOST_TEST(rows->asked.size() == 3u);
}

BOOST_FIXTURE_TEST_CASE(a_database_that_is_away_or_busy_is_asked_again_later, retention_stage) {
  rows->answers = {caf::expected<domain::removed_rows>{
      domain::make_error(domain::errc::database_unavailable, "no route")}};
  pass(10min, 1min);
  BOOST_TEST(rows->asked.size() == 1u);
  pass(10min, 1min);
  BOOST_TEST(rows->asked.size() == 2u);
  BOOST_TEST(!is_dead(actor));
}

BOOST_AUTO_TEST_SUITE_END()
