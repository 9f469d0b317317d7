#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "domain/availability.hpp"
#include "domain/uploads.hpp"
#include "http/api/api.hpp"
#include "http/api/front_client.hpp"
#include "http/events/event_hub.hpp"
#include "telemetry/figures.hpp"

/// Makes what event streams show.
namespace bankslip::http {

/// `progress`; for an upload that has come to its end also `done`.
event_state upload_event(const domain::upload_record& u);

/// `system`: what this process does, what is away, and which of `newest` are not at
/// their end. Without `newest` the uploads are unknown.
event_state system_event(const telemetry::process_figures& figures,
                         const std::optional<std::vector<domain::upload_record>>& newest,
                         const domain::availability& seen);

/// So many of the newest uploads are looked at for running ones.
constexpr int watched_uploads = 20;

/// Starts the thread of the streams. It asks FRONT one question for all topics at a
/// time, and none while nobody watches.
std::shared_ptr<event_hub> start_events(const api_options& options, const front_client& front);

} // namespace bankslip::http
