#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "domain/ports.hpp"

/// Helpers that the clauses of both stores' contracts share.
namespace bankslip::test::settlement_contract {

using namespace std::chrono_literals;
namespace d = bankslip::domain;

inline std::string text_of(const caf::error& e) { return d::text_of(e); }

/// The value of `e`; fails the test case on an error.
template <class T>
T must(caf::expected<T> e) {
  if (!e)
    BOOST_FAIL(text_of(e.error()));
  return std::move(*e);
}

inline void must(const caf::error& e) {
  if (e)
    BOOST_FAIL(text_of(e));
}

inline boost::test_tools::assertion_result fails_with(const caf::error& e, d::errc code) {
  boost::test_tools::assertion_result out{d::code_of(e) == code};
  out.message() << "expected " << to_string(code) << ", got "
                << (e ? text_of(e) : std::string{"no error"});
  return out;
}

template <class T>
boost::test_tools::assertion_result fails_with(const caf::expected<T>& e, d::errc code) {
  return fails_with(e ? caf::error{} : e.error(), code);
}

inline d::debt sample_debt(std::string id) {
  return {std::move(id),      "João \"da\" Silva\n\\", "00123456789",
          "joao@example.com", d::money{781150},        *d::parse_date("2026-12-21")};
}

/// Stores one debt.
inline caf::expected<d::created_debt> create_one(d::debt_store& s, const d::debt& debt) {
  auto made = s.create({&debt, 1}, {});
  if (!made)
    return made.error();
  return std::move(made->front());
}

/// Reads one debt, if it is there.
inline std::optional<d::stored_debt> find_one(d::debt_store& s, std::string id) {
  return must(s.find({&id, 1})).front();
}

/// Rows that own their debts; `rows()` ascend by debt_id.
class batch {
public:
  d::new_row& add(std::string id) {
    auto& content = *debts_.emplace_back(std::make_unique<d::debt>(sample_debt(std::move(id))));
    d::new_row row;
    row.content = &content;
    row.linha_digitavel = "34191790010104351004791020150008291070026000";
    row.propagated = true;
    rows_.push_back(row);
    return rows_.back();
  }
  d::debt& last() { return *debts_.back(); }
  std::span<const d::new_row> rows() {
    std::sort(rows_.begin(), rows_.end(),
              [](const auto& a, const auto& b) { return a.content->debt_id < b.content->debt_id; });
    return rows_;
  }

private:
  std::vector<std::unique_ptr<d::debt>> debts_;
  std::vector<d::new_row> rows_;
};

inline d::intent_request request(std::int32_t partition, std::int64_t first, std::int64_t last) {
  d::intent_request r;
  r.partition = partition;
  r.first_offset = first;
  r.last_offset = last;
  r.fingerprints = {1, 77, 0x8000000000000001u, ~0ull};
  return r;
}

/// Opens an intent and the transaction; answers what `settle` needs.
inline d::settlement start(d::settlement_store& s, std::int32_t partition = 0,
                           std::int64_t first = 0, std::int64_t last = 9) {
  d::settlement out;
  out.intent_id = must(s.open_intent(request(partition, first, last))).id;
  out.partition = partition;
  out.first_offset = first;
  out.last_offset = last;
  must(s.begin({}));
  return out;
}

/// Debts with these ids and nothing else, so that no row has the same content.
class bare_debts {
public:
  template <class Ids>
  explicit bare_debts(const Ids& ids) {
    for (const auto& id : ids)
      debts_.emplace_back().debt_id = id;
    for (const auto& debt : debts_)
      pointers_.push_back(&debt);
  }

  operator std::span<const d::debt* const>() const { return pointers_; }

private:
  std::deque<d::debt> debts_;
  std::vector<const d::debt*> pointers_;
};

inline std::vector<d::stored_debt> found(d::settlement_store& s,
                                         const std::vector<std::string_view>& ids) {
  d::found_debts out;
  must(s.find(bare_debts{ids}, out));
  return std::move(out.rows);
}

/// The whole row, which `find` does not always give.
inline d::stored_debt one(d::settlement_store& s, std::string_view id) {
  std::vector<std::string_view> ids{id};
  must(s.begin({}));
  auto rows = must(s.lock(ids));
  s.rollback();
  BOOST_REQUIRE_EQUAL(rows.size(), 1u);
  return rows[0];
}

inline bool exists(d::settlement_store& s, std::string_view id) { return !found(s, {id}).empty(); }

} // namespace bankslip::test::settlement_contract
