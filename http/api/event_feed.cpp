#include "http/api/event_feed.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include <caf/event_based_actor.hpp>

#include "http/api/dto.hpp"
#include "telemetry/actor_board.hpp"
#include "json/writer.hpp"

namespace bankslip::http {

namespace {

bool is_at_end(const domain::upload_record& u) {
  return u.state == domain::upload_state::done || u.state == domain::upload_state::aborted;
}

template <class Values, class Write>
void write_map(json::writer& w, std::string_view name, const Values& values, Write write) {
  w.key(name).begin_object();
  for (const auto& [key, value] : values) {
    w.key(key);
    write(value);
  }
  w.end_object();
}

/// Why a lane does not get on; empty: it does.
std::string lane_error(const std::map<domain::dependency, std::string>& away, std::int32_t lane) {
  for (const auto kind : {domain::dependency_kind::records, domain::dependency_kind::lane})
    if (const auto found = away.find({kind, lane}); found != away.end())
      return found->second;
  return {};
}

void write_lanes(json::writer& w, const telemetry::process_figures& f,
                 const std::map<domain::dependency, std::string>& away) {
  // Without lanes nobody knows it.
  auto lag = f.lanes.empty() ? std::nullopt : std::optional<std::int64_t>{0};
  w.key("lanes").begin_array();
  for (const auto& [partition, lane] : f.lanes) {
    lag = lag && lane.lag ? std::optional{*lag + *lane.lag} : std::nullopt;
    w.begin_object().key("partition").number(partition);
    w.key("lag")
        .number_or_null(lane.lag)
        .key("waiting")
        .number(lane.waiting)
        .key("in_flight")
        .number(lane.in_flight);
    w.key("credit").number(lane.credit);
    w.key("error").text_or_null(lane_error(away, partition)).end_object();
  }
  w.end_array().key("lag").number_or_null(lag);
}

void write_mail(json::writer& w, const std::optional<telemetry::mail_figures>& mail) {
  w.key("mail");
  if (!mail) {
    w.null();
    return;
  }
  w.begin_object().key("rate").number(mail->rate).key("allowed");
  mail->allowed > 0 ? w.number(mail->allowed) : w.null();
  w.key("limit").text(mail->limit).key("lag").number(mail->lag).end_object();
}

void write_workers(json::writer& w) {
  w.key("workers").begin_array();
  for (const auto& line : telemetry::read_board("worker")) {
    w.begin_object().key("id").text(line.id).key("works_on").text_or_null(line.works_on);
    w.key("restarts").number(line.restarts).end_object();
  }
  w.end_array();
}

/// Asks FRONT for all of it in one message; ends with the answer.
void ask_front(caf::event_based_actor* self, const front_client& front,
               const std::shared_ptr<const domain::availability>& seen,
               const std::vector<event_topic>& topics,
               const std::function<void(event_states)>& answer) {
  // Before the question, so that it does not show itself.
  const auto figures = telemetry::read_figures();
  actors::find_uploads question;
  const auto system = std::ranges::count(topics, system_topic) > 0;
  if (system)
    question.newest = watched_uploads;
  std::ranges::copy_if(topics, std::back_inserter(question.upload_ids),
                       [](auto topic) { return topic != system_topic; });
  const auto add_system = [=](event_states& states, const auto& newest) {
    if (system)
      states.emplace_back(system_topic, system_event(figures, newest, *seen));
  };
  self->request(front.front(), front.timeout(), std::move(question))
      .then(
          [=](const actors::uploads_listed& found) {
            event_states states;
            for (const auto& u : found.uploads)
              states.emplace_back(u.upload_id, upload_event(u));
            add_system(states, std::optional{found.uploads});
            answer(std::move(states));
          },
          [=](const caf::error&) {
            event_states states;
            add_system(states, std::optional<std::vector<domain::upload_record>>{});
            answer(std::move(states));
          });
}

} // namespace

event_state upload_event(const domain::upload_record& u) {
  return {"progress", upload_json(u), is_at_end(u) ? "done" : ""};
}

event_state system_event(const telemetry::process_figures& figures,
                         const std::optional<std::vector<domain::upload_record>>& newest,
                         const domain::availability& seen) {
  const auto away = seen.away();
  json::writer w;
  const auto write_number = [&w](std::int64_t n) { w.number(n); };
  w.begin_object().key("started_at").text(domain::format_utc(figures.started_at));
  write_map(w, "rates", figures.rates, write_number);
  write_lanes(w, figures, away);
  write_workers(w);
  write_map(w, "links", figures.links, [&w](const telemetry::link_figures& link) {
    w.begin_object().key("in_flight").number(link.in_flight);
    w.key("credit").number(link.credit).end_object();
  });
  write_map(w, "queues", figures.queues, write_number);
  write_map(w, "stage_us", figures.stage_us, write_number);
  write_map(w, "breakers", figures.breakers, [&w](bool open) { w.boolean(open); });
  write_map(w, "restarts", figures.restarts, write_number);
  write_mail(w, figures.mail);
  w.key("away").begin_array();
  for (const auto& [what, reason] : away) {
    w.begin_object().key("dependency").text(to_string(what));
    w.key("reason").text(reason).end_object();
  }
  w.end_array().key("uploads");
  if (newest) {
    auto running = *newest;
    std::erase_if(running, is_at_end);
    w.raw(uploads_json(running));
  } else {
    w.null();
  }
  w.end_object();
  return {"system", w.take()};
}

std::shared_ptr<event_hub> start_events(const api_options& options, const front_client& front) {
  event_hub_options hub;
  hub.max_streams = options.max_streams;
  hub.ask = [front, seen = options.seen](std::vector<event_topic> topics, auto answer) {
    front.system().spawn(ask_front, front, seen, std::move(topics), std::move(answer));
  };
  return std::make_shared<event_hub>(std::move(hub));
}

} // namespace bankslip::http
