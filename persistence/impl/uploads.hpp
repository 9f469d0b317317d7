#pragma once

#include <cstddef>
#include <tuple>
#include <utility>

#include "domain/ports.hpp"
#include "persistence/impl/columns.hpp"
#include "persistence/impl/debt_store_connection.hpp"

/// The uploads' part of the debt store.
namespace bankslip::persistence {

/// Counters of an upload as columns.
inline constexpr auto counter_columns = []<std::size_t... i>(std::index_sequence<i...>) {
  using domain::each_upload_counter;
  return std::tuple{
      column{each_upload_counter[i].name.data(), into(each_upload_counter[i].rows)}...};
}
(std::make_index_sequence<domain::each_upload_counter.size()>{});

/// Columns of the view `upload_states`.
inline constexpr auto upload_columns = std::tuple_cat(
    std::tuple{
        column{"upload_id", into(&domain::upload_record::upload_id)},
        column{"state",
               [](const auto& cell, domain::upload_record& u) {
                 u.state = domain::upload_state_of(cell.text());
               }},
        column{"bytes", into(&domain::upload_record::bytes)},
        column{"accepted", into(&domain::upload_record::accepted)},
        column{"rejected", into(&domain::upload_record::rejected)},
        column{"created_at", into(&domain::upload_record::created_at)},
        column{"received_at", into(&domain::upload_record::received_at)},
        column{"generated_at", into(&domain::upload_record::generated_at)},
        column{"done_at", into(&domain::upload_record::done_at)},
        column{"failure_code",
               [](const auto& cell, domain::upload_record& u) { u.failure.code = cell.text(); }},
        column{"failure",
               [](const auto& cell, domain::upload_record& u) { u.failure.text = cell.text(); }},
        column{"mail",
               [](const auto& cell,
                  domain::upload_record& u) { u.mail = domain::mail_stop_of(cell.text()); }},
    },
    counter_columns);
constexpr int upload_column_count = std::tuple_size_v<decltype(upload_columns)>;

/// Reads a row that begins with `upload_columns`.
domain::upload_record read_upload(const text_row& row);

caf::expected<std::int64_t> open_upload(debt_store_connection& c, const std::string& topic,
                                        std::chrono::milliseconds lease);
caf::error renew_uploads(debt_store_connection& c, std::span<const domain::upload_so_far> uploads,
                         std::chrono::milliseconds lease);
/// `state` is processing or aborted; a second call with the same is no error.
caf::error end_upload(debt_store_connection& c, std::int64_t id, domain::upload_state state,
                      const domain::upload_totals& totals, domain::event_set events);
caf::error expire_leases(debt_store_connection& c, domain::event_set events);
caf::error record_problems(debt_store_connection& c, std::int64_t upload_id,
                           const domain::file_form& form,
                           std::span<const domain::row_problem> rows);
caf::expected<std::vector<domain::upload_record>> list_uploads(debt_store_connection& c, int limit,
                                                               std::int64_t after);
caf::expected<domain::upload_record> find_upload(debt_store_connection& c, std::int64_t id);
caf::expected<std::vector<domain::upload_record>>
find_uploads(debt_store_connection& c, std::span<const std::int64_t> ids, int newest);
caf::expected<std::vector<domain::row_problem>>
upload_problems(debt_store_connection& c, std::int64_t id, std::int64_t after_row, int limit);

} // namespace bankslip::persistence
