#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "http/api/answers.hpp"
#include "http/api/bodies.hpp"
#include "http/api/dto.hpp"
#include "http/api/handlers.hpp"
#include "http/api/paged_text.hpp"
#include "http/api/query_values.hpp"
#include "http/api/upload_csv.hpp"
#include "json/writer.hpp"

namespace bankslip::http {

namespace {

constexpr std::string_view no_upload = "Upload not found";
constexpr int problems_per_page = 1000;
/// Their order is looked up anew for each page: fewer pages cost less, 10 MB more memory.
constexpr int results_per_page = 10'000;

/// The number in the path; nothing when the request is answered already.
std::optional<std::int64_t> upload_id_of(exchange& x) {
  const auto id = domain::parse_whole<std::int64_t>(x.params[0]);
  if (id && *id > 0)
    return id;
  answer_detail(x.response, 404, no_upload);
  return std::nullopt;
}

} // namespace

std::optional<domain::upload_record> find_upload(exchange& x, const api_context& api) {
  const auto id = upload_id_of(x);
  if (!id)
    return std::nullopt;
  auto answer = api.front->ask<actors::upload_found>(actors::find_upload{*id});
  if (answer)
    return std::move(answer->upload);
  answer_error(x.response, answer.error(), no_upload);
  return std::nullopt;
}

namespace {

/// Asks for the pages of an upload's problems; `write` appends a line.
page_source problem_pages(const api_context& api, std::int64_t upload_id,
                          std::function<void(std::string&, const domain::row_problem&)> write) {
  return [&api, write = std::move(write),
          request = actors::list_problems{upload_id, -1, problems_per_page}](
             std::string& out) mutable -> caf::expected<bool> {
    const auto answer = api.front->ask<actors::problems_listed>(request);
    if (!answer)
      return answer.error();
    for (const auto& p : answer->rows) {
      write(out, p);
      request.after_row = p.row;
    }
    return !answer->rows.empty();
  };
}

page_source result_pages(const api_context& api, std::int64_t upload_id) {
  actors::list_debts request;
  request.filter.upload_id = upload_id;
  request.limit = results_per_page;
  return [&api, request](std::string& out) mutable -> caf::expected<bool> {
    auto answer = api.front->ask<actors::debts_listed>(request);
    if (!answer)
      return answer.error();
    for (const auto& debt : answer->page.debts)
      append_result_line(out, debt);
    request.after = answer->page.next.value_or(domain::list_position{});
    return answer->page.next.has_value();
  };
}

} // namespace

void get_uploads(exchange& x, const api_context& api) {
  std::vector<field_fault> faults;
  actors::list_uploads request;
  request.limit = static_cast<int>(query_number(x, "limit", 50, 1, 500, faults));
  request.after = query_number(x, "after", 0, 0, std::numeric_limits<std::int64_t>::max(), faults);
  if (!faults.empty())
    return answer_faults(x.response, faults);
  const auto answer = api.front->ask<actors::uploads_listed>(request);
  if (!answer)
    return answer_error(x.response, answer.error(), no_upload);
  answer_json(x.response, 200, uploads_json(answer->uploads));
}

void get_upload(exchange& x, const api_context& api) {
  if (const auto upload = find_upload(x, api))
    answer_json(x.response, 200, upload_json(*upload));
}

void get_errors(exchange& x, const api_context& api) {
  if (const auto id = upload_id_of(x))
    answer_csv(x.response, std::string{errors_csv_header},
               problem_pages(api, *id, append_error_line), no_upload);
}

void get_rejected(exchange& x, const api_context& api) {
  const auto upload = find_upload(x, api);
  if (!upload)
    return;
  if (upload->state == domain::upload_state::receiving)
    return answer_detail(x.response, 409, "the file is still coming in");
  if (upload->form.header.empty())
    return answer_detail(x.response, 409, "the rejected rows of this upload were not kept");
  const auto separator = upload->form.separator;
  std::string header;
  // A reader tells only the usual ones from the header's line.
  if (std::string_view{",;\t|"}.find(separator) == std::string_view::npos)
    header = std::string{"sep="} + separator + "\n";
  append_rejected_line(header, upload->form.header, separator, "error");
  const auto write = [separator](std::string& out, const domain::row_problem& p) {
    if (!p.raw.empty())
      append_rejected_line(out, p.raw, separator, p.error);
  };
  answer_csv(x.response, std::move(header), problem_pages(api, upload->upload_id, write),
             no_upload);
}

void get_results(exchange& x, const api_context& api) {
  if (const auto upload = find_upload(x, api))
    answer_csv(x.response, std::string{results_csv_header}, result_pages(api, upload->upload_id),
               no_upload);
}

void post_upload_retry(exchange& x, const api_context& api) {
  const auto upload = find_upload(x, api);
  if (!upload)
    return;
  std::int64_t retried = 0;
  actors::retry_upload request;
  request.upload_id = upload->upload_id;
  while (true) {
    const auto answer = api.front->ask<actors::upload_retried>(request);
    if (!answer)
      return answer_error(x.response, answer.error(), no_upload);
    retried += answer->page.retried;
    if (!answer->page.next)
      break;
    request.after = *answer->page.next;
  }
  json::writer w;
  w.begin_object().key("retried").number(retried).end_object();
  answer_json(x.response, 202, w.take());
}

void post_upload_mail(exchange& x, const api_context& api) {
  using domain::mail_action;
  constexpr std::array<std::string_view, 3> names = {"pause", "resume", "cancel"};
  constexpr std::array actions = {mail_action::pause, mail_action::resume, mail_action::cancel};
  const auto chosen = take_choice(x, "action", names);
  if (!chosen)
    return;
  auto are_paced = api.options.mails_are_paced;
  if (!are_paced) {
    const auto upload = find_upload(x, api);
    if (!upload)
      return;
    are_paced = upload->outlook && upload->outlook->paced;
  }
  const auto id = upload_id_of(x);
  if (!id)
    return;
  if (!*are_paced)
    return answer_detail(x.response, 409, "e-mails go out at once here");
  const auto answer =
      api.front->ask<actors::upload_found>(actors::stop_mails{*id, actions[*chosen]});
  if (!answer)
    return answer_error(x.response, answer.error(), no_upload);
  answer_json(x.response, 200, upload_json(answer->upload));
}

} // namespace bankslip::http
