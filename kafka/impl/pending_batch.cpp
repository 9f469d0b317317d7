#include "kafka/impl/pending_batch.hpp"

#include <algorithm>
#include <utility>

namespace bankslip::kafka::impl {

pending_batch::pending_batch(domain::publish_token t, domain::outbound_batch_ptr b)
    : token{t}, batch{std::move(b)}, records(batch->records.size(), record{this}) {}

void pending_batch::acknowledge(record& r) noexcept {
  r.is = state::acknowledged;
  ++answers;
}

void pending_batch::refuse(record& r, caf::error reason) {
  r.is = state::refused;
  ++answers;
  if (!error)
    error = std::move(reason);
}

std::size_t pending_batch::index_of(const record& r) const noexcept {
  return static_cast<std::size_t>(&r - records.data());
}

domain::outbound_batch_ptr pending_batch::unfinished() const {
  auto done = [](const record& r) { return r.is == state::acknowledged; };
  if (std::none_of(records.begin(), records.end(), done))
    return batch;
  auto rest = std::make_shared<domain::outbound_batch>();
  rest->to = batch->to;
  rest->upload_id = batch->upload_id;
  rest->stored = batch->stored;
  rest->headers = batch->headers;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto& r = batch->records[i];
    if (!done(records[i]))
      rest->add(batch->key(r), batch->value(r), r.row);
  }
  return rest;
}

} // namespace bankslip::kafka::impl
