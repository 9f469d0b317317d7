#include "domain/settlement/dead_letter.hpp"

#include <algorithm>

namespace bankslip::domain {

namespace {

std::size_t size_of(const std::vector<record_header>& headers) {
  std::size_t size = 0;
  for (const auto& h : headers)
    size += h.name.size() + h.value.size();
  return size;
}

/// Headers of other producers, unless they alone are most of what a broker takes.
void add_foreign(outbox_entry& entry, const std::vector<record_header>& headers) {
  constexpr std::size_t most = 300'000;
  if (const auto size = size_of(headers); size > most)
    entry.headers.push_back({"headers.size", std::to_string(size)});
  else
    entry.headers.insert(entry.headers.end(), headers.begin(), headers.end());
}

/// What a broker takes is bounded (message.max.bytes), and a dead letter is larger than
/// its record by what is told of it.
void cut_to_fit(outbox_entry& entry) {
  constexpr std::size_t most = 900'000;
  const auto rest = entry.key.size() + size_of(entry.headers);
  const auto room = most - std::min(most, rest);
  if (entry.value.size() <= room)
    return;
  entry.headers.push_back({"value.size", std::to_string(entry.value.size())});
  entry.value.resize(room);
}

} // namespace

outbox_entry make_dead_letter(const inbound_batch& batch, const inbound_record& record,
                              const dead_letter_cause& why) {
  outbox_entry entry;
  entry.kind = outbox_kind::dead_letter;
  entry.key = batch.key(record);
  entry.value = batch.value(record);
  entry.null_key = batch.key(record).data() == nullptr;
  entry.null_value = batch.value(record).data() == nullptr;
  if (record.from) {
    entry.headers.push_back({"upload_id", std::to_string(record.from.upload_id)});
    entry.headers.push_back({"row", std::to_string(record.from.row)});
  }
  if (record.stored)
    entry.headers.push_back({"stored", "1"});
  if (auto i = batch.foreign_headers.find(record.offset); i != batch.foreign_headers.end())
    add_foreign(entry, i->second);
  entry.headers.push_back({"error.code", std::string{why.code}});
  entry.headers.push_back({"error.text", std::string{why.text}});
  entry.headers.push_back({"error.stage", std::string{why.stage}});
  entry.headers.push_back({"attempts", std::to_string(why.attempts)});
  entry.headers.push_back({"origin.partition", std::to_string(batch.partition)});
  entry.headers.push_back({"origin.offset", std::to_string(record.offset)});
  cut_to_fit(entry);
  return entry;
}

} // namespace bankslip::domain
