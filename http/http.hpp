#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <caf/actor_system.hpp>
#include <caf/expected.hpp>

#include "actors/protocol.hpp"
#include "domain/boleto/beneficiary.hpp"
#include "domain/government_id.hpp"

/// The HTTP side: cpp-httplib in front of FRONT. Knows only its handle.
namespace bankslip::http {

struct listen_options {
  std::string host = "127.0.0.1";
  /// 0: any free port.
  int port = 8000;
};

struct api_options {
  listen_options listen;
  /// Bytes of one upload's body, counted as they come in.
  std::uint64_t upload_max_bytes = 2147483648;
  /// Threads of the listener: each open connection holds one.
  std::size_t threads = 64;
  /// Uploads at a time; beyond it 503 with Retry-After.
  std::size_t max_uploads = 16;
  /// An upload that brings fewer bytes a second than this over
  /// `min_rate_window_s` is ended (slow clients hold threads).
  std::uint64_t min_bytes_per_second = 128;
  int min_rate_window_s = 30;
  /// Longest time of one upload, in seconds.
  int upload_total_timeout_s = 3600;
  /// Longest wait for an answer of FRONT, in seconds.
  int ask_timeout_s = 15;
  /// Longest wait for the acknowledgement of an upload's block or end.
  int publish_wait_s = 75;
  /// How long uploads may still come in once `stop` was called, in seconds.
  int stop_grace_s = 3;
  /// Whether check digits of a governmentId are looked at in `POST /bankslip`.
  domain::government_id_check id_check = domain::government_id_check::off;
  /// Who is paid by the Pix codes of built-in slips.
  domain::beneficiary beneficiary;
  /// Makes the PDF of a debt that has a slip; without it there is no such page.
  /// Called from many threads at once.
  std::function<caf::expected<std::string>(const domain::stored_debt&)> render_pdf;
};

/// A running listener with its threads. `stop` refuses new connections, lets
/// requests in progress end, and returns when no thread is left.
class listener {
public:
  virtual ~listener() = default;
  virtual int port() const = 0;
  virtual void stop() = 0;
};

/// Serves section 3 of the API (and health, metrics, actors too).
/// `invalid_input` when the port cannot be taken.
caf::expected<std::unique_ptr<listener>>
start_api(const api_options& options, caf::actor_system& system, actors::front_actor front);

/// Serves /metrics, /actors, /healthz, /readyz on threads of its own.
caf::expected<std::unique_ptr<listener>> start_admin(const listen_options& options);

} // namespace bankslip::http
