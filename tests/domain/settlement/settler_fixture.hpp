#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "domain/error.hpp"
#include "domain/settlement/settler.hpp"
#include "tests/support/fake_world.hpp"

/// A settler over a world in memory, with faults told call by call.
namespace bankslip::test {

using namespace domain;
using namespace std::chrono_literals;

inline debt sample(std::string id) {
  return {std::move(id),       "Maria",     "00123456789",
          "maria@example.com", money{1250}, *parse_date("2026-12-21")};
}

inline debt with_amount(debt d, std::int64_t cents) {
  d.amount = money{cents};
  return d;
}

/// Faults by name of the debt or statement, used up one by one.
struct script final : fake::fault_plan {
  std::map<std::string, std::vector<fake::mail_fault>, std::less<>> mails;
  std::map<std::string, std::vector<fake::slip_fault>, std::less<>> slips;
  std::map<std::string, std::vector<fake::db_fault>, std::less<>> statements;
  std::map<std::string, int, std::less<>> calls;
  /// Somebody else does this just before a statement, once.
  std::map<std::string, std::function<void()>, std::less<>> before;
  std::chrono::milliseconds paused{};
  std::chrono::milliseconds call{};
  std::chrono::milliseconds wave{};

  template <class T, class Key>
  static T next(std::map<std::string, std::vector<T>, std::less<>>& from, const Key& key) {
    auto i = from.find(key);
    if (i == from.end() || i->second.empty())
      return {};
    auto fault = i->second.front();
    i->second.erase(i->second.begin());
    return fault;
  }
  fake::db_fault database(std::string_view what) override {
    ++calls[std::string{what}];
    if (auto i = before.find(what); i != before.end())
      before.extract(i).mapped()();
    return next(statements, what);
  }
  /// Traces of the jobs that had one, by debt.
  std::map<std::string, std::string, std::less<>> mail_traces;
  fake::mail_fault mail(const email_job& job) override {
    if (!job.trace.empty())
      mail_traces.emplace(job.content->debt_id, job.trace);
    return next(mails, job.content->debt_id);
  }
  fake::slip_fault slip(const debt& d) override { return next(slips, d.debt_id); }
  std::chrono::milliseconds mail_paused() override { return paused; }
  std::chrono::milliseconds call_time() override { return call; }
  std::chrono::milliseconds wave_time() override { return wave; }
};

struct note_taker final : settle_observer {
  settle_stage last = settle_stage::decode;
  settle_report sum;
  /// "trace debt_id status reason".
  std::vector<std::string> traced;
  void on_traced(std::string_view trace, const debt& d, debt_status end,
                 std::string_view reason) override {
    traced.push_back(std::string{trace} + ' ' + d.debt_id + ' ' + std::string{to_string(end)} + ' '
                     + std::string{reason});
  }
  void on_stage(settle_stage s) override { last = s; }
  void on_settled(const settle_report& wave) override {
    sum.add_counters(wave);
    sum.records += wave.records;
    sum.put_off += wave.put_off;
    sum.put_off_reason = wave.put_off_reason;
    sum.unreadable += wave.unreadable;
  }
};

/// Holds what one process settles with.
struct owner {
  explicit owner(fake::world& w, settle_options options = {})
      : process{w.start_process()}, store{w.db.settlement_store(process)},
        boletos{w.slips.service(process)}, emails{w.mail.service(process)}, work{*store,  *boletos,
                                                                                 *emails, w.codec,
                                                                                 w.time,  stages,
                                                                                 options} {}

  fake::process_ptr process;
  std::unique_ptr<settlement_store> store;
  std::unique_ptr<boleto_service> boletos;
  std::unique_ptr<email_service> emails;
  note_taker stages;
  settler work;
};

struct settler_fixture {
  settler_fixture() { world.faults = &faults; }

  fake::world world{2};
  script faults;
  std::int64_t upload = 0;
  std::unique_ptr<debt_store> store = world.db.debt_store(world.start_process());

  std::int64_t open_upload(std::int64_t accepted) {
    auto id = *store->open_upload(1h);
    BOOST_REQUIRE(!store->finish_upload(id, {1, accepted, 100}));
    return id;
  }

  /// A batch of partition `partition`; offsets go on from `first`.
  static inbound_batch batch(std::int32_t partition = 0) {
    inbound_batch b;
    b.partition = partition;
    return b;
  }
  void add(inbound_batch& b, const debt& d, std::int64_t offset, origin from = {},
           bool stored = false) {
    std::string text;
    world.codec.encode(d, text);
    b.add(offset, d.debt_id, text, from, stored);
  }
  inbound_batch of(std::initializer_list<debt> debts, std::int64_t first = 0,
                   std::int32_t partition = 0, std::int64_t of_upload = 0) {
    auto b = batch(partition);
    for (const auto& d : debts) {
      add(b, d, first, of_upload == 0 ? origin{} : origin{of_upload, first});
      ++first;
    }
    return b;
  }
  static std::size_t must(const settle_end& end) {
    if (end.error)
      BOOST_FAIL(text_of(end.error));
    return end.next;
  }
  /// Settles the batch; tells what became of its records.
  static settle_report settle(owner& o, const inbound_batch& b, bool repeated = false) {
    o.stages.sum = {};
    BOOST_REQUIRE_EQUAL(must(o.work.settle(b, 0, b.records.size(), repeated)), b.records.size());
    return o.stages.sum;
  }
  static errc fails(owner& o, const inbound_batch& b, bool repeated = false) {
    return code_of(o.work.settle(b, 0, b.records.size(), repeated).error);
  }
  const stored_debt& row(std::string_view id) const {
    auto i = world.db.rows.find(id);
    BOOST_REQUIRE_MESSAGE(i != world.db.rows.end(), "no row " << id);
    return i->second;
  }
  bool is(std::string_view id, debt_status s) const { return row(id).status == s; }
  int mails(const std::string& id) const {
    auto i = world.mail.effective_by_debt.find(id);
    return i == world.mail.effective_by_debt.end() ? 0 : i->second;
  }
  /// Does what RELAY would do with everything in the outbox.
  inbound_batch swept(std::int64_t first) {
    world.time.advance(2h);
    auto b = batch(1);
    for (const auto& [id, entry] : world.db.outbox)
      if (entry.entry.kind == outbox_kind::process)
        add(b, row(entry.entry.key).content, first++, {}, true);
    world.db.outbox.clear();
    return b;
  }
};

} // namespace bankslip::test
