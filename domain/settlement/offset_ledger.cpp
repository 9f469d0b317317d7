#include "domain/settlement/offset_ledger.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace bankslip::domain {

namespace {

[[noreturn]] void refuse(std::int64_t first, std::int64_t last, const char* why) {
  throw std::logic_error("offsets " + std::to_string(first) + " to " + std::to_string(last) + " "
                         + why);
}

} // namespace

offset_ledger::offset_ledger(std::size_t max_ranges) : max_ranges_{max_ranges} {}

void offset_ledger::begin(std::int64_t first, std::int64_t last) {
  if (first < 0 || last < first)
    refuse(first, last, "are no range");
  if (first <= highest_)
    refuse(first, last, "were begun before");
  if (full())
    refuse(first, last, "exceed the number of ranges that may be open");
  ranges_.push_back({first, last, last + 1, false});
  highest_ = last;
  handed_out_ = std::max(handed_out_, last);
  ++open_;
}

std::deque<offset_ledger::range>::iterator offset_ledger::find(std::int64_t first,
                                                               std::int64_t last) {
  auto i = std::lower_bound(ranges_.begin(), ranges_.end(), first,
                            [](const range& r, std::int64_t offset) { return r.first < offset; });
  if (i == ranges_.end() || i->first != first || i->last != last)
    refuse(first, last, "are settled but were not begun as one range, or were settled before");
  if (i->settled)
    refuse(first, last, "are settled twice");
  return i;
}

void offset_ledger::settle(std::int64_t first, std::int64_t last) {
  find(first, last)->settled = true;
  --open_;
  while (!ranges_.empty() && ranges_.front().settled) {
    committable_ = ranges_.front().next;
    ranges_.pop_front();
  }
}

void offset_ledger::settle_part(std::int64_t first, std::int64_t last, std::int64_t through) {
  auto i = find(first, last);
  if (through < first || through > last || i + 1 != ranges_.end())
    refuse(first, last, "cannot be settled in part");
  i->last = through;
  i->next = through + 1;
  highest_ = through;
  settle(first, through);
}

void offset_ledger::pass(std::int64_t position) {
  if (position <= highest_ || highest_ < handed_out_)
    return;
  auto& next = ranges_.empty() ? committable_ : ranges_.back().next;
  next = std::max(next, position);
  highest_ = position - 1;
}

} // namespace bankslip::domain
