#pragma once

#include <cstdlib>

/// Ends the process, which the fuzzer takes for a finding and shows from where.
inline void require(bool holds) {
  if (!holds)
    std::abort();
}
