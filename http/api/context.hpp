#pragma once

#include <memory>
#include <optional>

#include "http/api/api.hpp"
#include "http/api/front_client.hpp"
#include "http/api/gate.hpp"
#include "http/api/upload_slots.hpp"
#include "http/events/event_hub.hpp"

namespace bankslip::http {

/// Things that the operations of one listener share. It outlives every request.
struct api_context {
  api_options options;
  /// Nothing on the admin listener, whose operations ask nobody.
  std::optional<front_client> front = {};
  actors::finder_actor finder = {};
  std::unique_ptr<upload_slots> uploads = std::make_unique<upload_slots>(options.max_uploads);
  /// The open event streams; nothing on the admin listener.
  std::shared_ptr<event_hub> events = {};
  /// Lets requests in; nothing on the admin listener.
  std::unique_ptr<http::gate> gate = {};

  bool is_admin() const noexcept { return !front; }
};
using api_context_ptr = std::shared_ptr<const api_context>;

} // namespace bankslip::http
