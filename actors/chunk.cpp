#include "actors/chunk.hpp"

#include <algorithm>
#include <utility>

#include "domain/debt_fields.hpp"
#include "domain/government_id.hpp"
#include "domain/trace.hpp"
#include "domain/validation.hpp"
#include "telemetry/crash_point.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::actors {

namespace {

domain::row_problem describe(std::int64_t row, std::string_view debt_id,
                             const domain::field_error& error, std::string_view raw) {
  return {row,
          domain::clean_utf8(debt_id, 128),
          std::string{domain::csv_name(error.field)},
          error.code,
          error.message,
          std::string{raw}};
}

failed_row as_failed_row(const domain::row_problem& p) {
  return {p.row, p.debt_id, p.field, p.code, p.error};
}

void warn_of(const domain::debt& debt, std::int64_t row, const chunk_setup& setup) {
  telemetry::log_warn("check digits of a governmentId are wrong",
                      {{"upload_id", setup.upload_id},
                       {"row", row},
                       {"government_id", telemetry::mask_document(debt.government_id)},
                       {"reason", domain::government_id_problem(debt.government_id)}});
}

} // namespace

parsed_chunk parse_rows(const domain::csv_chunk& chunk, const chunk_setup& setup) {
  telemetry::stage_timer timer{telemetry::stage::parse};
  parsed_chunk out;
  out.batch = std::make_shared<domain::outbound_batch>();
  auto& batch = *out.batch;
  batch.upload_id = setup.upload_id;
  if (!setup.trace.empty())
    batch.headers.push_back({std::string{domain::traceparent}, setup.trace});
  batch.buffer.reserve(chunk.bytes.size() * 2 + chunk.rows.size() * 110);
  batch.records.reserve(chunk.rows.size());
  const auto rules = domain::rules_of(setup.policy);
  domain::debt debt;
  std::string scratch;
  std::string json;
  auto row = chunk.first_row;
  for (std::size_t index = 0; index < chunk.rows.size(); ++index) {
    const auto& ref = chunk.rows[index];
    const auto bytes = std::string_view{chunk.bytes}.substr(ref.begin, ref.size);
    domain::raw_debt raw;
    auto error = domain::row_fault(chunk, index);
    if (!error)
      error = domain::split_row(bytes, setup.dialect, scratch, raw);
    if (!error)
      if (auto errors = domain::validate(raw, debt, rules); !errors.empty())
        error = std::move(errors.front());
    if (error) {
      out.problems.push_back(describe(row, raw.debt_id, *error, bytes));
    } else {
      if (domain::is_suspect(debt, rules))
        warn_of(debt, row, setup);
      json.clear();
      setup.codec->encode(debt, json);
      batch.add(debt.debt_id, json, row);
    }
    ++row;
  }
  return out;
}

chunk_actor::behavior_type chunk(chunk_actor::stateful_pointer<chunk_state> self,
                                 std::shared_ptr<const chunk_setup> setup) {
  return {
      [=](const parse_chunk& request) -> caf::result<chunk_report> {
        auto promise = self->make_response_promise<chunk_report>();
        auto upload = "upload " + std::to_string(setup->upload_id);
        auto first_row = std::to_string(request.rows->first_row);
        self->state.board.emplace("chunk", upload + " row " + first_row, upload);
        auto parsed = parse_rows(*request.rows, *setup);
        telemetry::crash_point("parse");
        auto& state = self->state;
        auto accepted = parsed.batch->records.size();
        telemetry::observe_batch("chunk", request.rows->rows.size());
        state.report.accepted = static_cast<std::int64_t>(accepted);
        state.report.rejected = static_cast<std::int64_t>(parsed.problems.size());
        for (const auto& p : parsed.problems) {
          if (state.report.failed_rows.size() == max_reported_failures)
            break;
          state.report.failed_rows.push_back(as_failed_row(p));
        }
        auto finish = [=]() mutable {
          auto& s = self->state;
          if (--s.outstanding > 0)
            return;
          if (s.failure) {
            promise.deliver(std::move(s.failure));
          } else {
            telemetry::count_rows("accepted", static_cast<std::size_t>(s.report.accepted));
            telemetry::count_rows("rejected", static_cast<std::size_t>(s.report.rejected));
            promise.deliver(std::move(s.report));
          }
          self->quit();
        };
        auto fail = [=](caf::error& reason) mutable {
          self->state.failure = std::move(reason);
          finish();
        };
        // One more than is asked for, so that an empty chunk ends here too.
        state.outstanding = 1;
        if (accepted > 0) {
          ++state.outstanding;
          auto began = std::chrono::steady_clock::now();
          self->request(setup->publisher, setup->timeouts.publish_answer(),
                        publish_batch{parsed.batch})
              .then(
                  [=](batch_published) mutable {
                    std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
                    telemetry::observe_stage(telemetry::stage::publish, took.count());
                    finish();
                  },
                  fail);
        }
        if (!parsed.problems.empty()) {
          ++state.outstanding;
          self->request(setup->store, setup->timeouts.record,
                        record_problems{setup->upload_id, setup->form, std::move(parsed.problems)})
              .then([=](recorded) mutable { finish(); }, fail);
        }
        finish();
        return promise;
      },
  };
}

} // namespace bankslip::actors
