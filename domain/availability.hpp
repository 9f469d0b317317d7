#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace bankslip::domain {

/// Kinds of things that the process cannot work without.
enum class dependency_kind : std::uint8_t {
  /// The broker, as PUBLISHER sees it.
  broker,
  /// The topics, made or found at the start.
  topics,
  /// The membership in the consumer group, as CONSUMER sees it.
  consumer,
  /// PostgreSQL.
  database,
  /// Its tables, migrated at the start.
  schema,
  boleto_service,
  email_service,
  /// Settling of one partition: away when it does not get on.
  lane,
  /// Unsettled records of one partition: away when the broker has lost some.
  records,
  /// The same three, of the mail stage.
  mail_consumer,
  mail_lane,
  mail_records,
  /// The synchronous standby, where it is required.
  replication,
};

/// Number of kinds.
constexpr auto dependency_kinds = static_cast<std::size_t>(dependency_kind::replication) + 1;

/// Name on `/readyz` and in metrics: "kafka", "postgresql schema", "lane".
std::string_view to_string(dependency_kind kind) noexcept;

/// One thing that the process needs. `partition` counts for lanes and records.
struct dependency {
  dependency_kind kind{};
  std::int32_t partition = -1;
  auto operator<=>(const dependency&) const = default;
};

/// "kafka", "lane 3".
std::string to_string(const dependency& d);

/// A dependency has gone or come back.
struct availability_change {
  dependency what;
  /// For people; empty when it is back.
  std::string_view reason;
  /// Dependencies of its kind that are away now.
  std::size_t away = 0;
};

/// Knows what is away, and why. Made once by `app`, given to whoever sees a
/// dependency work or fail and to whoever must know: FRONT refuses what cannot
/// be done, `/readyz` shows the reasons. A dependency has one reporter, so that
/// nobody overrules another; it counts as there until it is reported.
/// Thread-safe.
class availability {
public:
  using observer = std::function<void(const availability_change&)>;

  availability() = default;
  /// `observe` is told of every change, under a lock: it must not call back.
  explicit availability(observer observe) : observe_{std::move(observe)} {}

  void is_there(dependency d);
  /// `reason` is for people, without secrets. A new reason for what is away
  /// already replaces the old one.
  void is_away(dependency d, std::string reason);
  /// Reports what `reason` says: there when it is empty.
  void report(dependency d, std::string reason);

  /// Why one dependency of this kind is away; empty: all are there.
  std::string why_away(dependency_kind kind) const;

  /// Tells what is away, with the reasons.
  std::map<dependency, std::string> away() const;

  /// Notes something about what is there, for `/readyz`; answers whether it is news.
  bool note(std::string what, std::string text);
  std::map<std::string, std::string> notes() const;

  /// The process is stopping: not ready, whatever is there. For good.
  void stop();

  /// Why the process is not ready, one text a dependency, in the order of the
  /// kinds; empty when it is ready.
  std::vector<std::string> unready_reasons() const;

private:
  void tell(dependency d, std::string_view reason) const;

  observer observe_;
  mutable std::mutex mutex_;
  std::map<dependency, std::string> away_;
  std::map<std::string, std::string> notes_;
  bool stopping_ = false;
};

} // namespace bankslip::domain
