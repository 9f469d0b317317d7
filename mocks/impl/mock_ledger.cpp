#include "mocks/impl/mock_ledger.hpp"

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <unordered_map>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "domain/error.hpp"
#include "telemetry/log.hpp"

namespace bankslip::mocks {

mock_ledger::mock_ledger(int fd) : fd_{fd}, by_key_{1024, hash{this}, equal{this}} {}

mock_ledger::~mock_ledger() {
  flush();
  ::close(fd_);
}

caf::expected<std::unique_ptr<mock_ledger>> mock_ledger::open(const std::string& path) {
  auto bad = [&](const std::string& why) {
    return domain::make_error(domain::errc::invalid_input, "ledger " + path + ": " + why);
  };
  int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0)
    return bad(std::strerror(errno));
  std::unique_ptr<mock_ledger> out{new mock_ledger{fd}};
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0)
    return bad("another process uses it");
  if (auto e = out->load(path))
    return e;
  return out;
}

const mock_ledger::entry* mock_ledger::find(std::string_view key) const {
  auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : &rows_[*found].data;
}

std::string_view mock_ledger::debt_of(std::string_view key) const {
  auto found = by_key_.find(key);
  return found == by_key_.end() ? std::string_view{} : debt_of(rows_[*found]);
}

void mock_ledger::apply(const call& c) {
  ++calls_;
  std::uint32_t index = 0;
  if (auto found = by_key_.find(c.key); found != by_key_.end()) {
    index = *found;
  } else {
    index = static_cast<std::uint32_t>(rows_.size());
    rows_.push_back({{},
                     texts_.size(),
                     static_cast<std::uint16_t>(c.key.size()),
                     static_cast<std::uint16_t>(c.debt_id.size())});
    texts_.append(c.key).append(c.debt_id);
    by_key_.insert(index);
  }
  auto& data = rows_[index].data;
  ++data.calls;
  if (!c.effective)
    return;
  ++data.effective;
  data.done_at = c.at;
  data.content = c.content;
}

void mock_ledger::record(const call& c) {
  char head[80];
  auto size = std::snprintf(head, sizeof head, "%" PRId64 " %d %016" PRIx64 " ", c.at,
                            c.effective ? 1 : 0, c.content);
  pending_.append(head, static_cast<std::size_t>(size));
  pending_.append(c.outcome).append(" ").append(c.key).append(" ").append(c.debt_id);
  pending_.push_back('\n');
  apply(c);
}

bool mock_ledger::flush() {
  std::size_t done = 0;
  while (done < pending_.size()) {
    auto n = ::write(fd_, pending_.data() + done, pending_.size() - done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      telemetry::log_error("the ledger cannot be written", {{"error", std::strerror(errno)}});
      pending_.erase(0, done);
      return false;
    }
    done += static_cast<std::size_t>(n);
  }
  pending_.clear();
  return true;
}

mock_ledger::summary mock_ledger::sum() const {
  summary out;
  out.calls = calls_;
  out.keys = rows_.size();
  std::unordered_map<std::string_view, std::uint32_t> debts;
  for (auto& r : rows_) {
    out.effective += r.data.effective;
    out.done_keys += r.data.effective > 0;
    out.repeated_keys += r.data.effective > 1;
    if (r.data.effective > 0)
      debts[debt_of(r)] += r.data.effective;
  }
  out.done_debts = debts.size();
  for (auto& [id, times] : debts)
    out.repeated_debts += times > 1;
  return out;
}

void mock_ledger::append_csv(std::size_t i, std::string& out) const {
  auto& r = rows_[i];
  out.append(key_of(r)).append(",\"");
  for (char c : debt_of(r)) {
    if (c == '"')
      out.push_back('"');
    out.push_back(c);
  }
  out.append("\",").append(std::to_string(r.data.calls)).append(",");
  out.append(std::to_string(r.data.effective)).push_back('\n');
}

std::string_view mock_ledger::key_of(const row& r) const noexcept {
  return std::string_view{texts_}.substr(r.text, r.key_size);
}

std::string_view mock_ledger::debt_of(const row& r) const noexcept {
  return std::string_view{texts_}.substr(r.text + r.key_size, r.debt_size);
}

std::size_t mock_ledger::hash::operator()(std::string_view key) const noexcept {
  return std::hash<std::string_view>{}(key);
}

std::size_t mock_ledger::hash::operator()(std::uint32_t i) const noexcept {
  return (*this)(owner->key_of(owner->rows_[i]));
}

bool mock_ledger::equal::operator()(std::string_view key, std::uint32_t i) const noexcept {
  return owner->key_of(owner->rows_[i]) == key;
}

bool mock_ledger::equal::operator()(std::uint32_t i, std::string_view key) const noexcept {
  return (*this)(key, i);
}

} // namespace bankslip::mocks
