#include "actors/parser.hpp"

#include <algorithm>
#include <utility>

#include "domain/error.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::actors {

using domain::errc;
using domain::make_error;

namespace {

using parser_pointer = parser_actor::stateful_pointer<parser_state>;

void close(parser_pointer self, bool aborted);

/// Starts chunks while there is credit, answers what can be answered.
void proceed(parser_pointer self);

domain::file_form form_of(const parser_state& state) {
  const auto& dialect = state.cutter->dialect();
  return dialect ? domain::file_form{std::string{state.cutter->header()}, dialect->separator}
                 : domain::file_form{};
}

domain::upload_failure failure_of(const parser_state& state) {
  auto why = domain::failure_of(state.failure);
  if (!state.failure_code.empty())
    why.code = state.failure_code;
  return why;
}

void start_chunk(parser_pointer self, domain::csv_chunk rows) {
  auto& state = self->state;
  if (!state.shared_setup) {
    state.setup.dialect = *state.cutter->dialect();
    state.setup.form = form_of(state);
    state.shared_setup = std::make_shared<const chunk_setup>(state.setup);
  }
  state.credit->take();
  auto child = self->spawn(chunk, state.shared_setup);
  const auto& timeouts = state.setup.timeouts;
  auto timeout = timeouts.publish_answer() + timeouts.record;
  self->request(child, timeout,
                parse_chunk{std::make_shared<const domain::csv_chunk>(std::move(rows))})
      .then(
          [=](chunk_report& report) {
            self->state.credit->give_back();
            self->state.add(report);
            if (self->state.options.watcher)
              self->send(self->state.options.watcher,
                         upload_progressed{{self->state.setup.upload_id, self->state.totals}});
            proceed(self);
          },
          [=](caf::error& reason) {
            self->state.credit->give_back();
            if (!self->state.failure)
              self->state.failure = std::move(reason);
            proceed(self);
          });
}

void proceed(parser_pointer self) {
  auto& state = self->state;
  if (state.failure)
    state.ready.clear();
  while (!state.ready.empty() && state.credit->available() > 0) {
    auto rows = std::move(state.ready.front());
    state.ready.pop_front();
    start_chunk(self, std::move(rows));
  }
  state.show();
  if (state.withheld && state.failure)
    std::exchange(state.withheld, std::nullopt)->deliver(state.failure);
  else if (state.withheld && state.ready.empty())
    std::exchange(state.withheld, std::nullopt)->deliver(block_accepted{});
  if (state.settled() && state.finishing && !state.closing)
    close(self, static_cast<bool>(state.failure));
  else if (state.settled() && state.failure && !state.closing)
    close(self, true);
}

void answer_finish(parser_pointer self) {
  auto& state = self->state;
  if (!state.finishing)
    return;
  auto promise = std::move(*std::exchange(state.finishing, std::nullopt));
  if (state.failure) {
    promise.deliver(state.failure);
    return;
  }
  promise.deliver(upload_report{state.setup.upload_id, state.totals.accepted, state.totals.rejected,
                                std::move(state.failed_rows), state.truncated});
}

// After a failure the sender may still ask, to be told why.
void leave(parser_pointer self) {
  auto& state = self->state;
  state.closed = true;
  if (!state.failure || state.dismissed)
    self->quit();
  else
    self->delayed_send(self, state.setup.timeouts.upload_linger, idle_due{});
}

// The totals are stored before the client is told: a 201 whose upload does not
// know its number of rows could never be `done`.
void close(parser_pointer self, bool aborted) {
  auto& state = self->state;
  state.closing = true;
  state.totals.form = form_of(state);
  if (aborted) {
    state.totals.failure = failure_of(state);
    telemetry::log_warn("upload aborted", {{"upload_id", state.setup.upload_id},
                                           {"error", domain::text_of(state.failure)}});
  }
  self->request(state.setup.store, state.setup.timeouts.record,
                close_upload{state.setup.upload_id, state.totals, aborted})
      .then(
          [=](recorded) {
            answer_finish(self);
            leave(self);
          },
          [=](caf::error& reason) {
            // Its lease ran out while the database was away.
            if (domain::code_of(reason) == errc::wrong_state)
              reason = make_error(errc::upload_aborted, domain::text_of(reason));
            if (!self->state.failure)
              self->state.failure = std::move(reason);
            answer_finish(self);
            leave(self);
          });
}

} // namespace

void parser_state::show() {
  const auto free = static_cast<std::int64_t>(credit->available());
  link.set(static_cast<std::int64_t>(credit->in_flight()), free);
  board->credit(free);
  board->queue_length(static_cast<std::int64_t>(ready.size()));
}

void parser_state::add(chunk_report& report) {
  totals.accepted += report.accepted;
  totals.rejected += report.rejected;
  if (report.failed_rows.empty())
    return;
  truncated = truncated || report.rejected > static_cast<std::int64_t>(report.failed_rows.size());
  auto middle = static_cast<std::ptrdiff_t>(failed_rows.size());
  failed_rows.insert(failed_rows.end(), std::make_move_iterator(report.failed_rows.begin()),
                     std::make_move_iterator(report.failed_rows.end()));
  auto by_row = [](const failed_row& a, const failed_row& b) { return a.row < b.row; };
  std::inplace_merge(failed_rows.begin(), failed_rows.begin() + middle, failed_rows.end(), by_row);
  if (failed_rows.size() > max_reported_failures) {
    failed_rows.resize(max_reported_failures);
    truncated = true;
  }
}

parser_actor::behavior_type parser(parser_pointer self, parser_options options, chunk_setup setup) {
  auto& state = self->state;
  state.options = options;
  state.setup = std::move(setup);
  state.cutter.emplace(options.chunk_size, options.encoding);
  state.credit.emplace(options.max_chunks);
  auto id = std::to_string(state.setup.upload_id);
  state.board.emplace("parser", "upload " + id, "front");
  state.board->works_on("upload " + id);
  // The sender is watched by its silence: HTTP threads are no actors that stay.
  self->delayed_send(self, state.setup.timeouts.upload_idle, idle_due{});
  return {
      [=](const upload_block& block) -> caf::result<block_accepted> {
        auto& s = self->state;
        s.active = true;
        if (s.failure)
          return s.failure;
        if (s.closing || s.finishing)
          return make_error(errc::wrong_state, "the upload has ended");
        s.totals.bytes += static_cast<std::int64_t>(block.bytes->size());
        telemetry::count_upload_bytes(block.bytes->size());
        std::vector<domain::csv_chunk> chunks;
        auto err = s.cutter->push(*block.bytes, chunks);
        for (auto& c : chunks)
          s.ready.push_back(std::move(c));
        if (err)
          s.failure = std::move(err);
        auto promise = self->make_response_promise<block_accepted>();
        s.withheld = promise;
        proceed(self);
        return promise;
      },
      [=](finish_upload) -> caf::result<upload_report> {
        auto& s = self->state;
        s.active = true;
        if (s.closing)
          return s.failure ? s.failure : make_error(errc::wrong_state, "the upload has ended");
        std::vector<domain::csv_chunk> chunks;
        if (!s.failure)
          if (auto err = s.cutter->finish(chunks))
            s.failure = std::move(err);
        for (auto& c : chunks)
          s.ready.push_back(std::move(c));
        auto promise = self->make_response_promise<upload_report>();
        s.finishing = promise;
        proceed(self);
        return promise;
      },
      [=](const abort_upload& abort) {
        auto& s = self->state;
        // Its end is being stored already, and its answer is to follow.
        bool ending = s.closing && !s.closed && !s.failure;
        if (ending && abort.code == errc::shutting_down)
          return;
        if (!s.failure && !ending) {
          s.failure = make_error(abort.code, abort.reason);
          s.failure_code = abort.failure;
        }
        s.dismissed = true;
        if (s.closed)
          self->quit();
        else
          proceed(self);
      },
      [=](idle_due) {
        auto& s = self->state;
        if (s.closed) {
          self->quit();
          return;
        }
        if (s.closing)
          return;
        if (s.active || s.credit->in_flight() > 0 || s.finishing) {
          s.active = false;
          self->delayed_send(self, s.setup.timeouts.upload_idle, idle_due{});
          return;
        }
        s.failure = make_error(errc::upload_aborted, "nothing came for too long");
        s.failure_code = "too_slow";
        s.dismissed = true;
        proceed(self);
      },
  };
}

} // namespace bankslip::actors
