#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/ports.hpp"
#include "domain/settlement/wave_records.hpp"

namespace bankslip::domain {

/// Why a debt does not reach its e-mail, or not now; code and stage are for the dead letter.
struct trouble {
  std::string text;
  std::string_view code;
  std::string_view stage;
};

/// A debt of a wave: the leading record of its id, and what becomes of it.
/// Small, since every step goes through all of them.
struct wave_row {
  /// Index of the record.
  std::uint32_t record = 0;
  /// Index in `wave_rows::stored`, where the row was there before.
  std::optional<std::uint32_t> stored;
  /// Set where the row was there, is final and says the same as the record.
  const origin* same = nullptr;
  /// Final already, or made final by somebody else: the wave changes nothing.
  bool settled = false;
  /// To be mailed, but not now: it stays as it is, and its record is not settled.
  bool left = false;
  bool slip_is_new = false;
  /// Its upload's e-mails are stopped: it ends as `generated`, and is marked.
  bool held = false;
  debt_status end = debt_status::emailed;
  int put_offs = 0;
  std::optional<utc_time> mail_tried_at;
  slip has;
  std::unique_ptr<trouble> why;

  bool is_new() const noexcept { return !stored && same == nullptr; }
  std::string_view failure() const noexcept {
    return why ? std::string_view{why->text} : std::string_view{};
  }

  void end_as(debt_status state, trouble reason);
  /// Ends as `generated` without an e-mail, until that of its upload may go out again.
  void hold();
  /// Ends as `failed`, or as `in_doubt` where an e-mail may have gone out.
  void give_up(trouble reason);
  /// Leaves the row as `state` with its reason, to be tried again; gives it up after
  /// `max_put_offs`.
  void put_off(debt_status state, std::string reason, int max_put_offs);
};

/// Joins the names whose flag is set: "name, email".
std::string join_names(std::initializer_list<std::pair<bool, std::string_view>> names);

/// The debts of a wave, ascending by debt_id: the value that its steps hand on.
struct wave_rows {
  /// Both must outlive this; what `found` held is dropped.
  wave_rows(const wave_records& of, found_debts& found);

  /// The stored content where there is one, else the record's.
  const debt& content(const wave_row& row) const;
  origin from(const wave_row& row) const;
  /// The record's origin where it counts for an upload: one of this topic that is not
  /// done, whose file has such a row. Any other record is from nowhere.
  origin from(const inbound_record& record) const;
  /// Whether the record was not counted for its upload before.
  bool is_uncounted(const inbound_record& record) const;
  int attempt(const wave_row& row) const;
  /// The trace of the request that the row came from; empty for none.
  std::string_view trace(const wave_row& row) const {
    return records.batch().trace(records.record(row.record));
  }

  const wave_records& records;
  std::vector<wave_row> all;
  std::vector<stored_debt>& stored;
  /// The mail stage leaves a row alone that has no slip yet.
  bool passes_by_unfinished = false;
  /// For each of `records.uploads()`, once the transaction is open.
  std::vector<upload_standing> uploads;

private:
  const upload_standing* standing_of(const inbound_record& record) const;
};

} // namespace bankslip::domain
