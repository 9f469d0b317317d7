#pragma once

#include "http/api/embedded_file.hpp"
#include "http/server/router.hpp"

namespace bankslip::http {

/// Answers with the file: in gzip form for a client that takes it, with an ETag, and 304 to
/// one that has it already. A page may load scripts, styles and images of this server only.
void answer_file(exchange& x, const embedded_file& file);

/// Registers the files of the site at their paths; `index.html` stands for its folder:
/// docs/index.html is served as /docs. /redoc leads there.
void add_site(router& r);

} // namespace bankslip::http
