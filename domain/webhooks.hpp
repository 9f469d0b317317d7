#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/debt.hpp"
#include "domain/uploads.hpp"

/// Events that are told to an endpoint over HTTP, and the rules of their delivery
/// (https://www.standardwebhooks.com).
namespace bankslip::domain {

enum class event_kind : std::uint8_t {
  /// Every accepted row has reached its end; once for each upload, whatever is
  /// retried later.
  upload_done,
  upload_aborted,
  bankslip_failed,
  bankslip_in_doubt,
  bankslip_emailed,
};

constexpr auto event_kinds = static_cast<std::size_t>(event_kind::bankslip_emailed) + 1;

/// "upload.done".
std::string_view to_string(event_kind k) noexcept;
std::optional<event_kind> event_kind_of(std::string_view name) noexcept;

/// The event of a debt that becomes `s`; none for states that go on by themselves.
std::optional<event_kind> event_of(debt_status s) noexcept;

/// Which events are to be written. Empty: none.
class event_set {
public:
  constexpr event_set() = default;
  constexpr event_set(std::initializer_list<event_kind> kinds) {
    for (auto k : kinds)
      add(k);
  }
  constexpr void add(event_kind k) noexcept { bits_ |= bit(k); }
  constexpr bool contains(event_kind k) const noexcept { return (bits_ & bit(k)) != 0; }
  constexpr bool empty() const noexcept { return bits_ == 0; }
  std::vector<std::string> names() const;

  friend bool operator==(event_set, event_set) = default;

private:
  static constexpr unsigned bit(event_kind k) noexcept { return 1u << static_cast<unsigned>(k); }
  unsigned bits_ = 0;
};

/// An event as it is to be told.
struct webhook_event {
  std::int64_t id = 0;
  /// The same for all tries, and in no other database: header `webhook-id`.
  std::string message_id;
  /// `to_string` of its kind; "webhook.test" for a test call.
  std::string type;
  utc_time at{};
  /// The debt or upload as it was then. A debt has only id, status, slip, failure,
  /// attempt, origin and times.
  std::variant<std::monostate, stored_debt, upload_record> facts;
  /// Tries before, in this round.
  int tries = 0;
};

/// How far a delivery has come.
enum class delivery_state : std::uint8_t {
  /// Will be tried again.
  pending,
  /// The endpoint has answered 2xx.
  delivered,
  /// The last try has failed; `resend` begins the next round.
  exhausted,
};

std::string_view to_string(delivery_state s) noexcept;
std::optional<delivery_state> delivery_state_of(std::string_view name) noexcept;

/// Tells what a call has come to.
struct webhook_answer {
  std::int64_t event_id = 0;
  /// 0: there was no answer.
  int status = 0;
  std::chrono::milliseconds took{0};
  /// Empty for 2xx.
  std::string error;
  /// The endpoint asks for this pause; 0: for none.
  std::chrono::seconds retry_after{0};
};

/// A call as it is remembered.
struct webhook_try {
  utc_time began_at{};
  int status = 0;
  std::chrono::milliseconds took{0};
  std::string error;
};

/// An event with everything that was tried.
struct webhook_delivery {
  std::int64_t id = 0;
  std::string message_id;
  std::string type;
  utc_time at{};
  delivery_state state = delivery_state::pending;
  /// While it is pending.
  std::optional<utc_time> next_try;
  std::vector<webhook_try> tries;
};

/// Says what follows from an answer.
struct webhook_verdict {
  delivery_state state = delivery_state::pending;
  /// Before the next try, while it is pending.
  std::chrono::milliseconds wait{0};
  /// 410: the endpoint wants no more calls. The event stays pending.
  bool endpoint_gone = false;
};

/// Tries of one round, the first included: at once, then after 5 s, 5 min, 30 min,
/// 2 h, 5 h, 10 h and 10 h.
constexpr int webhook_tries = 8;

/// Judges the try number `number`, counted from 1. `random` adds up to a tenth to the
/// wait, so that what failed together does not come back together; a longer
/// `retry_after`, of at most a day, is honoured.
webhook_verdict judge_webhook(const webhook_answer& answer, int number,
                              std::uint32_t random) noexcept;

/// Deliveries are forgotten after this time.
constexpr std::chrono::days webhook_retention{30};

} // namespace bankslip::domain
