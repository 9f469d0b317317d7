#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "domain/ports.hpp"

namespace bankslip::kafka::impl {

/// A batch on its way to the broker. Stays where it is: the client points to
/// its records and to the bytes of its batch.
struct pending_batch {
  /// How far one record is.
  enum class state : std::uint8_t {
    /// Not enqueued, or with the client, or given back by a dying client.
    unfinished,
    acknowledged,
    refused,
  };

  struct record {
    pending_batch* owner = nullptr;
    state is = state::unfinished;
    /// Times that it was acknowledged without an offset.
    std::uint8_t unplaced = 0;
  };

  pending_batch(domain::publish_token t, domain::outbound_batch_ptr b);
  pending_batch(const pending_batch&) = delete;
  pending_batch& operator=(const pending_batch&) = delete;

  bool enqueued() const noexcept { return next == records.size(); }
  bool answered() const noexcept { return answers == records.size(); }

  /// The broker has taken `r`.
  void acknowledge(record& r) noexcept;
  /// `r` will not be published; the batch's first reason stands.
  void refuse(record& r, caf::error reason);

  std::size_t index_of(const record& r) const noexcept;
  /// The records that were not acknowledged; the batch itself where none was.
  domain::outbound_batch_ptr unfinished() const;

  domain::publish_token token;
  domain::outbound_batch_ptr batch;
  std::vector<record> records;
  /// First record that the client has not taken.
  std::size_t next = 0;
  std::size_t answers = 0;
  caf::error error;
};

} // namespace bankslip::kafka::impl
