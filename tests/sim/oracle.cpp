#include "tests/sim/oracle.hpp"

#include "domain/settlement/idempotency.hpp"

namespace bankslip::sim {

using domain::debt_status;

namespace {

/// An e-mail that began before its upload was stopped goes out no later: the lease of its
/// intent, the longest call, and a pause between the two.
constexpr std::chrono::seconds longest_mailing{12};

void require(bool holds, std::string what) {
  if (!holds)
    throw violation{std::move(what)};
}

} // namespace

bool oracle::readable(const fake::broker_record& r) const {
  domain::debt ignored;
  return !world_.codec.decode(r.value, ignored);
}

void oracle::check_change(const domain::stored_debt* before, const domain::stored_debt& after) {
  const auto& id = after.content.debt_id;
  if (before != nullptr) {
    require(before->linha_digitavel.empty() || after.linha_digitavel == before->linha_digitavel,
            "debt " + id + " got another slip");
    require(before->from == after.from, "debt " + id + " changed its upload row");
    auto revived = after.attempt != before->attempt;
    if (revived) {
      require(after.attempt == before->attempt + 1, "attempts of " + id + " do not go on by one");
      require(before->status == debt_status::failed || before->status == debt_status::in_doubt,
              "debt " + id + " was revived from a state that moves by itself");
      if (before->status == debt_status::in_doubt)
        ++resends_[id];
      if (before->content.email != after.content.email)
        corrected_.insert(id);
    } else {
      require(before->content == after.content, "the content of debt " + id + " changed");
      if (before->status == debt_status::in_doubt && after.status == debt_status::emailed)
        told_sent_.insert(id);
      else
        require(!is_final(before->status) || before->status == after.status,
                "debt " + id + " left the final state " + std::string{to_string(before->status)});
    }
  }
  if (auto event = domain::event_of(after.status);
      event && (!before || before->status != after.status))
    facts_.insert(std::string{to_string(*event)} + " " + id + "/" + std::to_string(after.attempt));
  auto sent = world_.mail.ledger.find({id, after.attempt});
  auto effective = sent != world_.mail.ledger.end() && sent->second.effective > 0;
  if (after.status == debt_status::emailed && !told_sent_.contains(id))
    require(effective, "debt " + id + " is emailed without a mail");
  if (after.status == debt_status::failed)
    require(!effective, "debt " + id + " is failed, but its mail went out");
}

void oracle::check_event(const domain::webhook_event& event) {
  std::string name;
  if (const auto* debt = std::get_if<domain::stored_debt>(&event.facts)) {
    name = event.type + " " + debt->content.debt_id + "/" + std::to_string(debt->attempt);
    require(facts_.contains(name), name + " was told and is not so");
  } else {
    const auto& upload = std::get<domain::upload_record>(event.facts);
    name = event.type + " " + std::to_string(upload.upload_id);
    auto state = world_.db.read_upload(upload.upload_id).state;
    require("upload." + std::string{to_string(state)} == event.type,
            name + " was told, it is " + std::string{to_string(state)});
  }
  require(told_.insert(name).second, name + " was told twice");
}

void oracle::check_mail(const domain::email_job& job) const {
  const auto& id = job.content->debt_id;
  auto allowed = 1 + (resends_.contains(id) ? resends_.at(id) : 0);
  require(world_.mail.effective_by_debt.at(id) <= allowed, "debt " + id + " was mailed twice");
  auto row = world_.db.rows.find(id);
  require(row == world_.db.rows.end() || row->second.status != debt_status::failed
              || row->second.attempt != job.attempt,
          "debt " + id + " was mailed after it was given up");
  if (row == world_.db.rows.end() || !is_stopped(row->second))
    return;
  require(world_.time.utc_now() - world_.db.uploads.at(row->second.from.upload_id).stopped_at
              <= longest_mailing,
          "debt " + id + " was mailed after its upload was stopped");
  require(!row->second.held, "debt " + id + " was mailed while it was held");
}

bool oracle::settled(std::int32_t partition, std::int64_t next,
                     const fake::broker_record& r) const {
  if (!readable(r)) {
    for (const auto& letter : world_.kafka.dead_letters)
      if (letter.value == r.value)
        return true;
    for (const auto& [id, row] : world_.db.outbox)
      if (row.entry.value == r.value)
        return true;
    return false;
  }
  if (needs_no_record(r.key) || comes_again(r.key, world_.kafka.committed, partition, next))
    return true;
  auto row = world_.db.rows.find(r.key);
  return row != world_.db.rows.end() && row->second.status == debt_status::generated
         && world_.kafka.mails.has_position()
         && comes_again(r.key, world_.kafka.mails.committed, -1, 0);
}

bool oracle::needs_no_record(const std::string& key) const {
  auto row = world_.db.rows.find(key);
  if (row == world_.db.rows.end())
    return false;
  // RELAY lets go what is held and not stopped any more.
  if (is_final(row->second.status) || row->second.held)
    return true;
  for (const auto& [id, entry] : world_.db.outbox)
    if (entry.entry.key == key && entry.entry.kind == domain::outbox_kind::process)
      return true;
  return false;
}

bool oracle::is_stopped(const domain::stored_debt& row) const {
  auto upload = world_.db.uploads.find(row.from.upload_id);
  return upload != world_.db.uploads.end() && domain::is_stopped(upload->second.mail);
}

bool oracle::comes_again(const std::string& key, const std::vector<std::int64_t>& committed,
                         std::int32_t partition, std::int64_t next) const {
  for (std::size_t p = 0; p < world_.kafka.log.size(); ++p) {
    const auto& log = world_.kafka.log[p];
    auto own = static_cast<std::int32_t>(p) == partition;
    for (auto at = static_cast<std::size_t>(std::max<std::int64_t>(own ? next : committed[p], 0));
         at < log.size(); ++at)
      if (log[at].key == key)
        return true;
  }
  return false;
}

void oracle::check_commit(std::int32_t partition, std::int64_t next) const {
  auto p = static_cast<std::size_t>(partition);
  const auto& log = world_.kafka.log[p];
  require(next <= static_cast<std::int64_t>(log.size()), "an offset beyond the end was committed");
  for (auto at = world_.kafka.committed[p]; at < next; ++at)
    require(settled(partition, next, log[static_cast<std::size_t>(at)]),
            "offset " + std::to_string(at) + " of partition " + std::to_string(partition)
                + " was committed before its record was settled");
}

void oracle::check_mail_commit(std::int32_t partition, std::int64_t next) const {
  auto p = static_cast<std::size_t>(partition);
  const auto& log = world_.kafka.log[p];
  const auto& mails = world_.kafka.mails.committed;
  require(next <= world_.kafka.committed[p], "the mail stage is ahead of the slips");
  for (auto at = std::max<std::int64_t>(mails[p], 0); at < next; ++at) {
    const auto& r = log[static_cast<std::size_t>(at)];
    require(r.hidden || !readable(r) || needs_no_record(r.key)
                || comes_again(r.key, mails, partition, next),
            "offset " + std::to_string(at) + " of partition " + std::to_string(partition)
                + " was committed by the mail stage before " + r.key + " was at its end");
  }
}

void oracle::check_accepted(const upload_claim& claim) {
  std::set<std::int64_t> there;
  for (const auto& log : world_.kafka.log)
    for (const auto& r : log)
      if (r.from.upload_id == claim.upload_id)
        there.insert(r.from.row);
  for (const auto& [row, id] : claim.rows)
    require(there.contains(row), "upload " + std::to_string(claim.upload_id) + " was accepted, row "
                                     + std::to_string(row) + " is not on the broker");
  require(claim.accepted_rows == static_cast<std::int64_t>(claim.rows.size()),
          "upload " + std::to_string(claim.upload_id) + " accepted another number of rows");
  claims_.push_back(claim);
}

void oracle::debt_created(const std::string& debt_id) {
  noting([&] {
    require(world_.db.rows.contains(debt_id), "debt " + debt_id + " was accepted and not stored");
  });
}

std::string oracle::unrest() const {
  const auto& db = world_.db;
  for (const auto& [id, row] : db.rows)
    if (!is_final(row.status) && !(row.held && is_stopped(row)))
      return "debt " + id + " is " + std::string{to_string(row.status)};
  if (!db.outbox.empty())
    return "the outbox holds an entry of " + db.outbox.begin()->second.entry.key;
  for (std::size_t p = 0; p < world_.kafka.log.size(); ++p)
    if (world_.kafka.committed[p] != static_cast<std::int64_t>(world_.kafka.log[p].size()))
      return "partition " + std::to_string(p) + " is committed to "
             + std::to_string(world_.kafka.committed[p]) + " of "
             + std::to_string(world_.kafka.log[p].size());
  for (std::size_t p = 0; world_.kafka.mails.has_position() && p < world_.kafka.log.size(); ++p)
    if (std::max<std::int64_t>(world_.kafka.mails.committed[p], 0)
        != static_cast<std::int64_t>(world_.kafka.log[p].size()))
      return "the mail stage is at " + std::to_string(world_.kafka.mails.committed[p])
             + " of partition " + std::to_string(p) + ", which has "
             + std::to_string(world_.kafka.log[p].size());
  for (const auto& [id, u] : db.uploads)
    if (u.state == domain::upload_state::receiving)
      return "upload " + std::to_string(id) + " is receiving";
  return {};
}

bool oracle::quiet() const { return unrest().empty(); }

void oracle::check_end() const {
  require(quiet(), unrest());
  std::set<std::string> letters;
  for (const auto& r : world_.kafka.dead_letters)
    letters.insert(r.key);
  for (const auto& log : world_.kafka.log)
    for (const auto& r : log)
      require(readable(r) ? world_.db.rows.contains(r.key) : letters.contains(r.key),
              "record " + r.key + " is lost");
  for (const auto& [id, row] : world_.db.rows) {
    if (row.status == debt_status::failed)
      require(letters.contains(id), "failed debt " + id + " has no dead letter");
    if (!row.linha_digitavel.empty()
        || (row.status == debt_status::emailed && !told_sent_.contains(id)))
      require(row.linha_digitavel == "slip of " + id, "debt " + id + " has a wrong slip");
  }
  for (const auto& [id, u] : world_.db.uploads) {
    check_upload(id);
    auto state = world_.db.read_upload(id).state;
    if (state == domain::upload_state::done || state == domain::upload_state::aborted) {
      auto name = "upload." + std::string{to_string(state)} + " " + std::to_string(id);
      require(told_.contains(name), name + " was never told");
    }
  }
  for (const auto& fact : facts_)
    require(told_.contains(fact), fact + " was never told");
  require(world_.db.locks.empty(), "a lock is left");
}

void oracle::check_upload(std::int64_t id) const {
  domain::upload_progress want;
  for (const auto& [key, row] : world_.db.rows) {
    if (row.from.upload_id != id)
      continue;
    want.generated += !row.linha_digitavel.empty();
    want.emailed += row.status == debt_status::emailed;
    want.failed += row.status == debt_status::failed;
    want.in_doubt += row.status == debt_status::in_doubt;
    want.held += row.held;
    require(!row.held || row.status == debt_status::generated, "debt " + key + " is held");
  }
  std::set<std::int64_t> seen;
  std::int64_t repeated = 0;
  for (const auto& log : world_.kafka.log)
    for (const auto& r : log) {
      if (r.from.upload_id != id || !seen.insert(r.from.row).second)
        continue;
      auto again = world_.kafka.repeated_rows.contains({id, r.from.row});
      domain::debt content;
      if (world_.codec.decode(r.value, content)) {
        ++want.failed;
        continue;
      }
      const auto& row = world_.db.rows.find(r.key)->second;
      if (row.from == r.from)
        continue;
      repeated += again;
      ++(content == row.content ? want.duplicates : want.conflicts);
    }
  auto got = world_.db.read_upload(id);
  auto name = "upload " + std::to_string(id) + ": ";
  auto same = [&](const char* what, std::int64_t a, std::int64_t b) {
    require(a == b, name + what + " is " + std::to_string(a) + ", should be " + std::to_string(b));
  };
  same("generated", got.generated, want.generated);
  same("emailed", got.emailed, want.emailed);
  same("failed", got.failed, want.failed);
  same("in_doubt", got.in_doubt, want.in_doubt);
  same("held", got.held, want.held);
  // A row that was published twice after a lost acknowledgement and repeats
  // another debt is counted for each time that it lies on the broker.
  auto repeats = got.duplicates + got.conflicts;
  auto wanted = want.duplicates + want.conflicts;
  if (repeated == 0)
    same("duplicates and conflicts", repeats, wanted);
  else
    require(repeats >= wanted, name + "duplicates and conflicts are missing");
  if (repeated == 0 && corrected_.empty())
    same("conflicts", got.conflicts, want.conflicts);
  for (const auto& claim : claims_)
    if (claim.upload_id == id) {
      same("accepted", world_.db.uploads.at(id).totals.accepted, claim.accepted_rows);
      require(got.state == domain::upload_state::done, name + "is not done");
      require(got.generated_at.has_value(), name + "has no moment when its slips were there");
    }
}

} // namespace bankslip::sim
