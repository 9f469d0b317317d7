#include <charconv>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "http/api/answers.hpp"
#include "http/api/dto.hpp"
#include "http/api/json_writer.hpp"
#include "http/api/routes.hpp"

namespace bankslip::http {

namespace {

constexpr std::string_view no_upload = "Upload not found";
constexpr int problems_per_page = 1000;

std::optional<std::int64_t> read_number(std::string_view text) {
  std::int64_t n = 0;
  const auto end = text.data() + text.size();
  const auto [at, problem] = std::from_chars(text.data(), end, n);
  if (text.empty() || problem != std::errc{} || at != end)
    return std::nullopt;
  return n;
}

std::string json_text(std::string_view text) {
  json_writer w;
  w.text(text);
  return w.take();
}

/// A number of the query within its limits; else an entry in `faults`.
std::int64_t query_number(const exchange& x, const char* name, std::int64_t fallback,
                          std::int64_t least, std::int64_t most, std::vector<field_fault>& faults) {
  const auto text = x.request.find_query(name);
  if (!text)
    return fallback;
  const auto n = read_number(*text);
  const auto fault = [&](const char* type, const std::string& message) {
    faults.push_back({type, {"query", name}, message, json_text(*text)});
  };
  if (!n)
    fault("int_parsing", "Input should be a valid integer, unable to parse string as an integer");
  else if (*n < least)
    fault("greater_than_equal",
          "Input should be greater than or equal to " + std::to_string(least));
  else if (*n > most)
    fault("less_than_equal", "Input should be less than or equal to " + std::to_string(most));
  return n.value_or(fallback);
}

void get_uploads(exchange& x, const api_context& api) {
  std::vector<field_fault> faults;
  actors::list_uploads request;
  request.limit = static_cast<int>(query_number(x, "limit", 50, 1, 500, faults));
  request.after = query_number(x, "after", 0, 0, std::numeric_limits<std::int64_t>::max(), faults);
  if (!faults.empty())
    return answer_faults(x.response, faults);
  const auto answer = api.front.ask<actors::uploads_listed>(request);
  if (!answer)
    return answer_error(x.response, answer.error(), no_upload);
  answer_json(x.response, 200, uploads_json(answer->uploads));
}

void get_upload(exchange& x, const api_context& api) {
  const auto id = read_number(x.params[0]);
  if (!id || *id <= 0)
    return answer_detail(x.response, 404, no_upload);
  const auto answer = api.front.ask<actors::upload_found>(actors::find_upload{*id});
  if (!answer)
    return answer_error(x.response, answer.error(), no_upload);
  answer_json(x.response, 200, upload_json(answer->upload));
}

/// Fetches errors.csv page by page while it is sent.
class problem_pages {
public:
  problem_pages(api_context_ptr api, std::int64_t upload_id)
      : api_{std::move(api)}, upload_id_{upload_id} {}

  caf::error fetch() {
    actors::list_problems request{upload_id_, after_, problems_per_page};
    auto answer = api_->front.ask<actors::problems_listed>(request);
    if (!answer)
      return answer.error();
    for (const auto& p : answer->rows) {
      append_problem_csv(page_, p);
      after_ = p.row;
    }
    last_ = answer->rows.empty();
    return {};
  }

  /// Appends the page at hand; the next one is fetched when it is asked for.
  bool take(std::string& out) {
    if (page_.empty() && !last_ && fetch())
      return false;
    out += std::exchange(page_, {});
    return true;
  }

private:
  api_context_ptr api_;
  std::int64_t upload_id_;
  std::int64_t after_ = -1;
  bool last_ = false;
  std::string page_{problem_csv_header};
};

void get_errors(exchange& x, const api_context_ptr& api) {
  const auto id = read_number(x.params[0]);
  if (!id || *id <= 0)
    return answer_detail(x.response, 404, no_upload);
  auto pages = std::make_shared<problem_pages>(api, *id);
  if (const auto problem = pages->fetch())
    return answer_error(x.response, problem, no_upload);
  x.response.content_type = "text/csv; charset=utf-8";
  x.response.stream = [pages](std::string& out) { return pages->take(out); };
}

} // namespace

void add_upload_routes(router& r, api_context_ptr context) {
  r.add("GET", "/uploads", [context](exchange& x) { get_uploads(x, *context); });
  r.add("GET", "/uploads/{id}", [context](exchange& x) { get_upload(x, *context); });
  r.add("GET", "/uploads/{id}/errors.csv", [context](exchange& x) { get_errors(x, context); });
}

} // namespace bankslip::http
