#pragma once

#include <string>
#include <vector>

namespace bankslip::cli {

/// Tells what has changed from one `system` event to the next, for people.
class system_changes {
public:
  /// Lines for what is new in `json`: uploads that begin and end, what went away and came
  /// back, restarts, breakers, lanes that stop. None when it is no such event.
  std::vector<std::string> look(const std::string& json);

  /// "lag 18422  accepted 0/s  e-mailed 18650/s  failed 0/s  upload 17 42 %", as last seen.
  const std::string& figures() const noexcept { return figures_; }

private:
  /// Facts that hold, by a name that stays.
  struct fact {
    std::string name, begins, ends;
  };
  std::string started_at_;
  std::vector<fact> facts_;
  std::string figures_;
};

} // namespace bankslip::cli
