#pragma once

#include <cstdlib>
#include <map>
#include <string>

namespace bankslip::test {

using variables = std::map<std::string, std::string, std::less<>>;

/// Sets variables of the environment; takes them away at its end, and those that a `.env`
/// file may have added.
class environment {
public:
  explicit environment(const variables& set, const variables& file = {}) : set_{set} {
    for (const auto& [name, value] : set)
      ::setenv(name.c_str(), value.c_str(), 1);
    set_.insert(file.begin(), file.end());
  }
  ~environment() {
    for (const auto& [name, value] : set_)
      ::unsetenv(name.c_str());
  }
  environment(const environment&) = delete;
  environment& operator=(const environment&) = delete;

private:
  variables set_;
};

} // namespace bankslip::test
