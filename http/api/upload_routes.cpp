#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "http/api/answers.hpp"
#include "http/api/dto.hpp"
#include "http/api/handlers.hpp"
#include "http/api/problem_csv.hpp"
#include "http/api/query_values.hpp"
#include "telemetry/log.hpp"
#include "json/writer.hpp"

namespace bankslip::http {

namespace {

constexpr std::string_view no_upload = "Upload not found";
constexpr int problems_per_page = 1000;

/// The number in the path; nothing when the request is answered already.
std::optional<std::int64_t> upload_id_of(exchange& x) {
  const auto id = read_number(x.params[0]);
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

/// An upload's problems as a CSV file, fetched page by page while it is sent.
class problem_file {
public:
  using line_writer = std::function<void(std::string&, const domain::row_problem&)>;

  problem_file(const api_context& api, std::int64_t upload_id, std::string header,
               line_writer write)
      : api_{api}, upload_id_{upload_id}, text_{std::move(header)}, write_{std::move(write)} {}

  /// Fetches the next page behind what is not yet taken.
  caf::error fetch() {
    actors::list_problems request{upload_id_, after_, problems_per_page};
    auto answer = api_.front->ask<actors::problems_listed>(request);
    if (!answer)
      return answer.error();
    for (const auto& p : answer->rows) {
      write_(text_, p);
      after_ = p.row;
    }
    last_ = answer->rows.empty();
    return {};
  }

  /// Appends the text at hand, which is empty at the end only.
  bool take(std::string& out) {
    while (text_.empty() && !last_)
      if (const auto problem = fetch()) {
        telemetry::log_warn("a list of problems was broken off",
                            {{"upload_id", upload_id_}, {"error", domain::text_of(problem)}});
        return false;
      }
    out += std::exchange(text_, {});
    return true;
  }

private:
  const api_context& api_;
  std::int64_t upload_id_;
  std::int64_t after_ = -1;
  bool last_ = false;
  std::string text_;
  line_writer write_;
};

void stream(exchange& x, std::shared_ptr<problem_file> file) {
  // An error is an answer of its own only before the first byte.
  if (const auto problem = file->fetch())
    return answer_error(x.response, problem, no_upload);
  x.response.content_type = "text/csv; charset=utf-8";
  x.response.stream = [file](std::string& out) { return file->take(out); };
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
    stream(x, std::make_shared<problem_file>(api, *id, std::string{errors_csv_header},
                                             append_error_line));
}

void get_rejected(exchange& x, const api_context& api) {
  const auto upload = find_upload(x, api);
  if (!upload)
    return;
  if (upload->state == domain::upload_state::receiving)
    return answer_detail(x.response, 409, "the file is still coming in");
  if (upload->header.empty())
    return answer_detail(x.response, 409, "the rejected rows of this upload were not kept");
  const auto separator = upload->separator;
  std::string header;
  // A reader tells only the usual ones from the header's line.
  if (std::string_view{",;\t|"}.find(separator) == std::string_view::npos)
    header = std::string{"sep="} + separator + "\n";
  append_rejected_line(header, upload->header, separator, "error");
  const auto write = [separator](std::string& out, const domain::row_problem& p) {
    if (!p.raw.empty())
      append_rejected_line(out, p.raw, separator, p.error);
  };
  stream(x, std::make_shared<problem_file>(api, upload->upload_id, std::move(header), write));
}

} // namespace bankslip::http
