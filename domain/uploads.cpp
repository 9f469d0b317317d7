#include "domain/uploads.hpp"

namespace bankslip::domain {

std::string_view to_string(upload_state s) noexcept {
  switch (s) {
    case upload_state::receiving:
      return "receiving";
    case upload_state::processing:
      return "processing";
    case upload_state::done:
      return "done";
    case upload_state::aborted:
      return "aborted";
  }
  return "unknown";
}

} // namespace bankslip::domain
