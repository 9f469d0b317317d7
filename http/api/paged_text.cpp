#include "http/api/paged_text.hpp"

#include <memory>
#include <utility>

#include "domain/error.hpp"
#include "http/api/answers.hpp"
#include "telemetry/log.hpp"

namespace bankslip::http {

namespace {

/// A text that is fetched while it is sent.
class paged_text {
public:
  paged_text(std::string header, page_source next)
      : text_{std::move(header)}, next_{std::move(next)} {}

  caf::error fetch() {
    auto more = next_(text_);
    if (!more)
      return more.error();
    more_ = *more;
    return {};
  }

  /// Appends the text at hand, which is empty at the end only.
  bool take(std::string& out) {
    while (text_.empty() && more_)
      if (const auto problem = fetch()) {
        telemetry::log_warn("a file was broken off", {{"error", domain::text_of(problem)}});
        return false;
      }
    out += std::exchange(text_, {});
    return true;
  }

private:
  std::string text_;
  bool more_ = true;
  page_source next_;
};

} // namespace

void answer_csv(response& res, std::string header, page_source next, std::string_view missing) {
  auto text = std::make_shared<paged_text>(std::move(header), std::move(next));
  if (const auto problem = text->fetch())
    return answer_error(res, problem, missing);
  res.content_type = "text/csv; charset=utf-8";
  res.stream = [text](std::string& out) { return text->take(out); };
}

} // namespace bankslip::http
