#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bankslip::telemetry {

/// An actor's line on the board behind `/actors` and `bankslip_actors{kind}`;
/// it stands there while this object lives. Written by its actor, read by the
/// admin listener, so that a blocked actor can still be seen. Thread-safe.
class actor_entry {
public:
  /// `parent` is the id of the actor that spawned it, for the tree.
  actor_entry(std::string_view kind, std::string_view id, std::string_view parent = {});
  ~actor_entry();
  actor_entry(actor_entry&&) noexcept;
  actor_entry& operator=(actor_entry&&) noexcept;

  /// "partition 3, offsets 100 to 1099"; empty when idle.
  void works_on(std::string text);
  /// Messages, rows or batches that wait for it.
  void queue_length(std::int64_t n);
  /// Requests it may still make.
  void credit(std::int64_t n);
  /// How often it was started anew under this id.
  void restarts(std::int64_t n);

private:
  struct line;
  std::shared_ptr<line> line_;
};

/// A line as it stands now.
struct board_view {
  std::string id;
  std::int64_t restarts = 0;
  std::string works_on;
};

/// The lines of a kind, oldest first.
std::vector<board_view> read_board(std::string_view kind);

/// JSON: {"actors":[{"kind","id","parent","alive_since","restarts",
/// "queue_length","credit","works_on"}]}, oldest first.
std::string render_actors();

} // namespace bankslip::telemetry
