#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <caf/expected.hpp>

#include "http/server/response.hpp"

namespace bankslip::http {

/// Appends the next page of a long text; answers whether there may be another.
using page_source = std::function<caf::expected<bool>(std::string&)>;

/// Answers with a CSV file that begins with `header` and is fetched page by page while
/// it is sent. The first page is fetched at once, so that its error is an answer of its
/// own; `missing` is the detail of a 404. A later error breaks the connection off.
void answer_csv(response& res, std::string header, page_source next, std::string_view missing);

} // namespace bankslip::http
