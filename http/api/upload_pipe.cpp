#include "http/api/upload_pipe.hpp"

#include <utility>

#include <caf/send.hpp>

#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::http {

namespace {

/// Large enough that a credit's round trip does not count.
constexpr std::size_t block_bytes = 256 * 1024;

} // namespace

upload_pipe::upload_pipe(const front_client& front, std::chrono::milliseconds wait,
                         actors::open_upload wanted)
    : front_{front}, wait_{wait}, wanted_{std::move(wanted)} {}

upload_pipe::~upload_pipe() {
  if (!opened_)
    return;
  telemetry::log_warn("upload aborted", {{"upload_id", opened_->upload_id}, {"error", why_.text}});
  caf::anon_send(opened_->parser,
                 actors::abort_upload{std::move(why_.text), domain::errc::upload_aborted,
                                      std::move(why_.code)});
}

caf::error upload_pipe::open() {
  auto answer = front_.ask<actors::upload_opened>(wanted_);
  if (!answer)
    return answer.error();
  opened_ = std::move(*answer);
  return {};
}

caf::error upload_pipe::hand_on() {
  auto bytes = std::make_shared<const std::string>(std::move(block_));
  block_ = {};
  auto answer = front_.ask<actors::block_accepted>(opened_->parser, wait_,
                                                   actors::upload_block{std::move(bytes)});
  return answer ? caf::error{} : answer.error();
}

caf::error upload_pipe::pump() {
  if (block_.empty())
    return {};
  constexpr auto room = block_bytes + block_bytes / 4;
  if (!opened_) {
    block_.reserve(room);
    if (auto problem = open())
      return problem;
  }
  if (block_.size() < block_bytes)
    return {};
  auto problem = hand_on();
  if (!problem)
    block_.reserve(room);
  return problem;
}

caf::expected<actors::upload_report> upload_pipe::finish() {
  if (!opened_)
    return domain::make_error(domain::errc::invalid_input, "the file is empty");
  if (!block_.empty())
    if (auto problem = hand_on())
      return problem;
  auto report = front_.ask<actors::upload_report>(opened_->parser, wait_, actors::finish_upload{});
  if (report)
    opened_.reset();
  return report;
}

} // namespace bankslip::http
