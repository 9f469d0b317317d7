#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/expected.hpp>

#include "actors/protocol.hpp"
#include "domain/availability.hpp"
#include "domain/boleto/beneficiary.hpp"
#include "domain/dead_letter_log.hpp"
#include "domain/record_ports.hpp"
#include "domain/validation_policy.hpp"
#include "http/api/key_ring.hpp"
#include "http/server/web_server.hpp"

/// The HTTP side of the program: a web server in front of FRONT and FINDER, whose
/// handles are all that it knows of the actors.
namespace bankslip::http {

struct api_options {
  listen_options listen;
  /// Bytes of one upload's body, counted as they come in.
  std::uint64_t upload_max_bytes = 2147483648;
  /// Threads of the listener: each open connection holds one.
  std::size_t threads = 64;
  /// Uploads at a time; beyond it 503 with Retry-After.
  std::size_t max_uploads = 16;
  /// An upload that brings fewer bytes a second than this over
  /// `min_rate_window` is ended (slow clients hold threads).
  std::uint64_t min_bytes_per_second = 128;
  std::chrono::milliseconds min_rate_window{30'000};
  /// Longest time of one upload.
  std::chrono::milliseconds upload_timeout{3'600'000};
  /// Longest wait for an answer of FRONT.
  std::chrono::milliseconds ask_timeout{15'000};
  /// E-mails are a stage of their own, and can be stopped; empty: ask the workers, which
  /// tell by the database.
  std::optional<bool> mails_are_paced = false;
  /// Streams of events at a time; beyond it 503 with Retry-After.
  std::size_t max_streams = 1000;
  /// Longest wait for the acknowledgement of an upload's block or end. Keep it
  /// above the publisher's own time-out: that one knows the reason.
  std::chrono::milliseconds publish_wait =
      domain::default_publish_timeout + std::chrono::seconds{15};
  /// How long uploads may still come in once `stop` was called.
  std::chrono::milliseconds stop_grace{3'000};
  /// The keys of the API; nothing: everybody may do everything.
  std::shared_ptr<const key_ring> keys;
  /// Origins whose pages may call from a browser, by a key.
  std::vector<std::string> cors_origins;
  /// The rules that let a debt in by `POST /bankslip`.
  domain::validation_policy policy;
  /// Who is paid by the Pix codes of built-in slips.
  domain::beneficiary beneficiary;
  /// Says on `/readyz` what is away.
  std::shared_ptr<const domain::availability> seen = std::make_shared<domain::availability>();
  /// Makes the PDF of a debt that has a slip; without it there is no such page.
  /// Called from many threads at once.
  std::function<caf::expected<std::string>(const domain::stored_debt&)> render_pdf;
  /// The topic of dead letters; without it their list is answered 503.
  std::shared_ptr<domain::dead_letter_log> dead_letters;
};

/// Serves every route of docs/API.md. `invalid_input` when the port cannot be taken.
caf::expected<std::unique_ptr<listener>> start_api(const api_options& options,
                                                   caf::actor_system& system,
                                                   actors::front_actor front,
                                                   actors::finder_actor finder);

/// Serves /metrics, /actors, /healthz, /readyz on threads of its own.
caf::expected<std::unique_ptr<listener>>
start_admin(const listen_options& options, std::shared_ptr<const domain::availability> seen);

} // namespace bankslip::http
