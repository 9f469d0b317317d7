#pragma once

#include <memory>
#include <optional>
#include <string>

#include <caf/error.hpp>
#include <caf/expected.hpp>

#include "actors/protocol.hpp"
#include "http/api/front_client.hpp"

namespace bankslip::http {

/// One upload's way to its PARSER: bytes are gathered into blocks, and each
/// block's credit is awaited before the caller may go on. An upload that was
/// opened and not finished is aborted. Belongs to one thread.
class upload_pipe {
public:
  /// `wait` is the longest time for one credit and for the report.
  upload_pipe(const front_client& front, std::chrono::milliseconds wait,
              actors::open_upload wanted = {});
  ~upload_pipe();
  upload_pipe(const upload_pipe&) = delete;
  upload_pipe& operator=(const upload_pipe&) = delete;

  /// Bytes of the file are appended here, then `pump` is called.
  std::string& block() noexcept { return block_; }

  /// Opens the upload with the first bytes; hands full blocks on.
  caf::error pump();
  /// Hands the last block on and waits for the broker's acknowledgement.
  /// `invalid_input` for a file without a byte.
  caf::expected<actors::upload_report> finish();
  /// 0: the upload is not open, or finished.
  std::int64_t upload_id() const noexcept { return opened_ ? opened_->upload_id : 0; }
  /// Why the upload is aborted, should it not be finished: a code and a text.
  void failed_because(domain::upload_failure why) { why_ = std::move(why); }

private:
  caf::error open();
  caf::error hand_on();

  const front_client& front_;
  std::chrono::milliseconds wait_;
  actors::open_upload wanted_;
  std::optional<actors::upload_opened> opened_;
  std::string block_;
  domain::upload_failure why_{"client_gone", "the connection was lost"};
};

} // namespace bankslip::http
