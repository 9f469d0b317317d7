// What uploads look like from outside.
#include <algorithm>

#include "domain/validation.hpp"
#include "tests/support/fake_database.hpp"

namespace bankslip::fake {

namespace {

/// As PostgreSQL's text takes it.
std::string clean(std::string_view text) { return d::clean_utf8(text); }

} // namespace

void database::add_problem(std::int64_t upload, const d::row_problem& p) {
  problems.try_emplace({upload, p.row}, d::row_problem{p.row, clean(p.debt_id), clean(p.field),
                                                       clean(p.code), clean(p.error), p.raw});
}

std::int64_t database::rejected_of(std::int64_t upload) const {
  return std::ranges::count_if(problems, [&](const auto& p) {
    return p.first.first == upload && p.second.code != "conflict" && p.second.code != "unreadable";
  });
}

std::vector<d::row_problem> database::problems_of(std::int64_t upload,
                                                  std::int64_t after_row) const {
  std::vector<d::row_problem> out;
  for (const auto& [key, p] : problems)
    if (key.first == upload && p.row > after_row)
      out.push_back(p);
  for (const auto& [key, r] : rows)
    if (r.from.upload_id == upload && r.from.row > after_row && r.status != d::debt_status::emailed
        && !r.held && (is_final(r.status) || !r.failure.empty()))
      out.push_back({r.from.row, key, "",
                     is_final(r.status) ? std::string{to_string(r.status)} : "put_off", r.failure});
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.row < b.row; });
  return out;
}

d::upload_record database::read_upload(std::int64_t id) const {
  const auto& u = uploads.at(id);
  auto p = sum(id);
  d::upload_record r;
  r.upload_id = id;
  r.state = u.state;
  r.bytes = u.totals.bytes;
  r.accepted = u.totals.accepted;
  r.rejected = u.totals.rejected;
  static_cast<d::upload_counters&>(r) = p;
  r.mail = u.mail;
  r.generated_at = u.generated_at;
  r.created_at = u.created_at;
  r.received_at = u.received_at;
  r.failure = u.totals.failure;
  r.form = u.form;
  auto ends = r.ended() + (u.mail == d::mail_stop::cancelled ? p.held : 0);
  if (u.state == d::upload_state::aborted)
    r.accepted = std::max(ends, p.generated + p.unslipped + p.duplicates + p.conflicts);
  if (u.state == d::upload_state::receiving)
    r.accepted = std::max(r.accepted, ends);
  if (u.state != d::upload_state::processing || ends < r.accepted)
    return r;
  r.state = d::upload_state::done;
  r.done_at = u.done_at ? u.done_at : u.received_at;
  if (u.done_at)
    return r;
  for (auto i = progress.lower_bound({id, first_lane}); i != progress.end() && i->first.first == id;
       ++i)
    r.done_at = std::max(*r.done_at, i->second.updated_at);
  return r;
}

} // namespace bankslip::fake
