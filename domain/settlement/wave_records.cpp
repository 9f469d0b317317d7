#include "domain/settlement/wave_records.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "domain/validation.hpp"

namespace bankslip::domain {

namespace {

/// The first eight bytes, so that most comparisons touch no other memory.
std::uint64_t sort_prefix(const std::string& id) noexcept {
  std::uint64_t prefix = 0;
  for (std::size_t i = 0; i < 8; ++i)
    prefix = prefix << 8 | (i < id.size() ? static_cast<unsigned char>(id[i]) : 0U);
  return prefix;
}

struct sort_key {
  std::uint64_t prefix;
  std::uint32_t index;
};

} // namespace

wave_records::wave_records(const inbound_batch& batch, std::size_t begin, std::size_t end,
                           const debt_codec& codec, std::vector<debt>& debts,
                           const debt_rules& rules)
    : batch_{batch}, records_{std::span{batch.records}.subspan(begin, end - begin)} {
  if (debts.size() < records_.size())
    debts.resize(records_.size());
  debts_ = std::span{debts}.first(records_.size());
  decode(codec, rules);
  group();
}

void wave_records::decode(const debt_codec& codec, const debt_rules& rules) {
  for (std::uint32_t i = 0; i < records_.size(); ++i) {
    const auto& record = records_[i];
    any_stored_ = any_stored_ || record.stored;
    auto upload = record.from.upload_id;
    if (upload != 0 && std::find(uploads_.begin(), uploads_.end(), upload) == uploads_.end())
      uploads_.push_back(upload);
    if (auto err = codec.decode(batch_.value(record), debts_[i])) {
      unreadable_.push_back({i, std::move(err)});
      continue;
    }
    if (record.from || record.stored)
      continue;
    if (auto fault = policy_fault(debts_[i], rules))
      unreadable_.push_back(
          {i, make_error(errc::invalid_input, fault->field + ": " + fault->message)});
    else if (is_suspect(debts_[i], rules))
      suspects_.push_back(i);
  }
}

void wave_records::group() {
  std::vector<sort_key> keys;
  keys.reserve(debts_.size());
  auto next_unreadable = unreadable_.begin();
  for (std::uint32_t i = 0; i < debts_.size(); ++i) {
    if (next_unreadable != unreadable_.end() && next_unreadable->index == i)
      ++next_unreadable;
    else
      keys.push_back({sort_prefix(debts_[i].debt_id), i});
  }
  std::sort(keys.begin(), keys.end(), [this](const sort_key& a, const sort_key& b) {
    if (a.prefix != b.prefix)
      return a.prefix < b.prefix;
    auto order = debts_[a.index].debt_id.compare(debts_[b.index].debt_id);
    return order != 0 ? order < 0 : a.index < b.index;
  });
  leaders_.reserve(keys.size());
  for (const auto& key : keys) {
    if (!leaders_.empty() && debts_[leaders_.back()].debt_id == debts_[key.index].debt_id)
      followers_.push_back({key.index, static_cast<std::uint32_t>(leaders_.size() - 1)});
    else
      leaders_.push_back(key.index);
  }
}

} // namespace bankslip::domain
