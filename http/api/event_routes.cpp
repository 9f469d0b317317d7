#include <memory>
#include <optional>
#include <utility>

#include "http/api/answers.hpp"
#include "http/api/event_feed.hpp"
#include "http/api/handlers.hpp"

namespace bankslip::http {

namespace {

/// Hands the connection over to the streams, which begin with `first`. It stays there as
/// long as the client's key has the scope.
void open_stream(exchange& x, const api_context& api, domain::scope needed, event_topic topic,
                 event_state first) {
  // The client saw the end already: an EventSource connects again until it is told so.
  if (!first.end.empty() && x.request.find_header("Last-Event-ID") == last_event_id(first)) {
    x.response.status = 204;
    return;
  }
  auto place = api.events->reserve();
  if (!place)
    return answer_unavailable(x.response, "too many event streams, try again later");
  x.response.content_type = "text/event-stream";
  x.response.headers.push_back({"Cache-Control", "no-cache"});
  // nginx passes each event on at once.
  x.response.headers.push_back({"X-Accel-Buffering", "no"});
  x.response.hand_over = [events = api.events, topic, first = std::move(first),
                          place = std::move(place),
                          may_stay = api.gate->admission(x.caller, needed)](int socket) {
    events->add(socket, topic, first, place, may_stay);
  };
}

} // namespace

void get_events(exchange& x, const api_context& api) {
  const auto figures = telemetry::read_figures();
  const auto found =
      api.front->ask<actors::uploads_listed>(actors::find_uploads{{}, watched_uploads});
  std::optional<std::vector<domain::upload_record>> newest;
  if (found)
    newest = found->uploads;
  open_stream(x, api, domain::scope::ops, system_topic,
              system_event(figures, newest, *api.options.seen));
}

void get_upload_events(exchange& x, const api_context& api) {
  if (const auto upload = find_upload(x, api))
    open_stream(x, api, domain::scope::read, upload->upload_id, upload_event(*upload));
}

} // namespace bankslip::http
