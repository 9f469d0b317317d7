#include "persistence/impl/debt_lists.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "persistence/impl/bankslips.hpp"
#include "persistence/impl/text.hpp"
#include "persistence/impl/text_rows.hpp"

namespace bankslip::persistence {

namespace {

using domain::debt_status;
using domain::errc;

/// Rows of a file, or of the table by id, that one statement looks at. Rows that lie
/// together in the file lie together in the table, so the rest of the upload is not read
/// for them.
constexpr std::int64_t rows_per_look = 20'000;
/// Looks for one page: it may be shorter than asked for.
constexpr int looks_per_page = 8;

constexpr std::string_view list_settings =
    "select set_config('statement_timeout', '5000', true), "
    "set_config('work_mem', '16MB', true), set_config('enable_seqscan', 'off', true), "
    "set_config('jit', 'off', true)";

std::string_view condition_of(debt_status s) {
  switch (s) {
    case debt_status::imported:
      return "not propagated and status is null and coalesce(bankslip_file, '') = ''";
    case debt_status::generated:
      return "not propagated and coalesce(status, 'held') = 'held' and bankslip_file <> ''";
    case debt_status::emailed:
      return "propagated";
    case debt_status::failed:
      return "status = 'failed' and not propagated";
    case debt_status::in_doubt:
      return "status = 'in_doubt' and not propagated";
  }
  return "false";
}

/// The questions of one page, in one transaction.
class list_reader {
public:
  list_reader(text_transaction& tx, const domain::debt_filter& filter, int limit,
              domain::list_position after)
      : tx_{tx}, filter_{filter}, limit_{static_cast<std::size_t>(std::max(limit, 1))},
        at_{std::move(after)} {}

  domain::debt_page read() {
    tx_.run(std::string{list_settings});
    if (walks_ids())
      walk_ids();
    else if (domain::order_of(filter_) == domain::list_order::by_id)
      take(has_index_by_id() ? by_id() : matches_by_id());
    else if (is_problem())
      take(by_row(" and (status is not null or failure is not null)"));
    else
      walk_file();
    return std::move(page_);
  }

private:
  bool is_problem() const {
    return filter_.status == debt_status::failed || filter_.status == debt_status::in_doubt;
  }
  bool names_person() const { return !filter_.email.empty() || !filter_.government_id.empty(); }
  bool has_index_by_id() const {
    return !names_person() && (is_problem() || (!filter_.due_from && !filter_.due_to));
  }
  /// Any number of rows, all or none, may have a status that no index knows.
  bool walks_ids() const {
    return filter_.status && !is_problem() && filter_.upload_id == 0 && has_index_by_id();
  }

  std::string quoted(std::string_view text) const { return tx_.quote(clean_text(text)); }

  std::string conditions() const {
    std::string out{filter_.status ? condition_of(*filter_.status) : "true"};
    auto add = [&out](std::string_view column, const std::string& value) {
      out.append(" and ").append(column).append(value);
    };
    if (filter_.upload_id != 0)
      add("upload_id = ", std::to_string(filter_.upload_id));
    if (!filter_.email.empty())
      add("email = ", quoted(filter_.email));
    if (!filter_.government_id.empty())
      add("government_id = ", quoted(filter_.government_id));
    if (filter_.due_from)
      add("debt_due_date >= ", quoted(domain::format_date(*filter_.due_from)) + "::date");
    if (filter_.due_to)
      add("debt_due_date <= ", quoted(domain::format_date(*filter_.due_to)) + "::date");
    return out;
  }

  std::size_t missing() const { return limit_ - page_.debts.size(); }

  /// One row more than is missing tells whether there is another page.
  std::string end_of(std::string_view order) const {
    return " order by " + std::string{order} + " limit " + std::to_string(missing() + 1);
  }

  std::string by_id(std::string_view more = {}) const {
    return "select " + names_ + " from bankslips where " + conditions() + std::string{more}
           + " and debt_id > " + quoted(at_.debt_id) + end_of("debt_id");
  }

  /// Few rows match, so they are sorted. `offset 0` keeps the planner from walking
  /// through all ids instead.
  std::string matches_by_id() const {
    return "select " + names_ + " from (select " + names_ + " from bankslips where " + conditions()
           + " offset 0) as matches where debt_id > " + quoted(at_.debt_id) + end_of("debt_id");
  }

  std::string by_row(std::string_view more) const {
    return "select " + names_ + " from bankslips where " + conditions() + std::string{more}
           + " and (upload_row, debt_id) > (" + std::to_string(at_.row) + ", " + quoted(at_.debt_id)
           + ")" + end_of("upload_row, debt_id");
  }

  /// Takes rows, and where they end. Answers whether the page is full.
  bool take(const std::string& question) {
    const auto rows = tx_.run(question);
    const auto room = missing();
    for (const auto& row : rows) {
      if (page_.debts.size() == limit_)
        break;
      page_.debts.push_back(read_row(row));
    }
    if (static_cast<std::size_t>(rows.size()) <= room)
      return false;
    const auto& last = page_.debts.back();
    page_.next = {last.from.row, last.content.debt_id};
    return true;
  }

  /// Whether the file has rows from where the page has come to. How many it has is not
  /// known before it was received.
  bool goes_on() {
    const auto id = std::to_string(filter_.upload_id);
    const auto row = std::to_string(at_.row);
    const auto r =
        tx_.run("select case state when 'processing' then accepted + rejected > " + row
                + " else exists (select from bankslips where upload_id = " + id
                + " and upload_row >= " + row + ") end from uploads where upload_id = " + id);
    return !r.empty() && r[0][0].as<bool>();
  }

  void walk_file() {
    for (int looks = 0; goes_on(); ++looks) {
      if (looks == looks_per_page) {
        page_.next = at_;
        return;
      }
      const auto until = at_.row + rows_per_look;
      if (take(by_row(" and upload_row >= " + std::to_string(at_.row) + " and upload_row < "
                      + std::to_string(until))))
        return;
      at_ = {until, {}};
    }
  }

  void walk_ids() {
    for (int looks = 0; looks < looks_per_page; ++looks) {
      const auto last =
          tx_.run("select debt_id from bankslips where debt_id > " + quoted(at_.debt_id)
                  + " order by debt_id offset " + std::to_string(rows_per_look - 1) + " limit 1");
      const bool is_end = last.empty();
      const std::string until{is_end ? "" : last[0][0].c_str()};
      if (take(by_id(is_end ? "" : " and debt_id <= " + quoted(until))) || is_end)
        return;
      at_ = {0, until};
    }
    page_.next = at_;
  }

  inline static const std::string names_ = names_of(all_columns);

  text_transaction& tx_;
  const domain::debt_filter& filter_;
  std::size_t limit_;
  domain::list_position at_;
  domain::debt_page page_;
};

} // namespace

caf::expected<domain::debt_page> list_debts(debt_store_connection& c,
                                            const domain::debt_filter& filter, int limit,
                                            const domain::list_position& after) {
  domain::debt_page page;
  auto error = c.transaction("list debts", [&](text_transaction& tx) {
    page = list_reader{tx, filter, limit, after}.read();
    return caf::error{};
  });
  // Nothing is locked here: it was the statement's time-out.
  if (domain::code_of(error) == errc::transaction_conflict && !filter.upload_id)
    return domain::make_error(errc::invalid_input,
                              "this list takes longer than 5 s: too many debts would have to be "
                              "looked at; ask for fewer days, or add upload_id");
  if (error)
    return error;
  return page;
}

caf::expected<domain::retried_page> retry_upload(debt_store_connection& c, std::int64_t id,
                                                 int limit, const domain::list_position& after) {
  // Another retry of the same rows waits for this one, and then finds none of them.
  auto r = c.statement(
      "retry an upload",
      "with page as (select debt_id from bankslips where upload_id = $1::bigint "
      "and (status is not null or failure is not null) and status = 'failed' "
      "and not propagated and (upload_row, debt_id) > ($2::bigint, $3::text collate \"C\") "
      "order by upload_row, debt_id limit $4::int for update), "
      "moved as (update bankslips b set status = null, failure = null, updated_on = now(), "
      "attempt = attempt + 1, put_offs = 0, mail_tried_at = null from page "
      "where b.debt_id = page.debt_id returning b.debt_id, b.upload_row), "
      "counted as (insert into upload_progress as p (upload_id, partition, failed, updated_at) "
      "select $1::bigint, -1, -count(*), clock_timestamp() from moved having count(*) > 0 "
      "on conflict (upload_id, partition) do update set failed = p.failed + excluded.failed, "
      "updated_at = excluded.updated_at), "
      "entries as (insert into outbox (kind, key, due_at) "
      "select 'process', debt_id, clock_timestamp() from moved) "
      "select upload_row, debt_id, count(*) over () from moved "
      "order by upload_row desc, debt_id desc limit 1",
      id, after.row, clean_text(after.debt_id), std::max(limit, 1));
  if (!r)
    return r.error();
  domain::retried_page page;
  if (r->empty())
    return page;
  const auto last = (*r)[0];
  page.retried = last[2].as<std::int64_t>();
  if (page.retried >= limit)
    page.next = {last[0].as<std::int64_t>(), last[1].c_str()};
  return page;
}

} // namespace bankslip::persistence
