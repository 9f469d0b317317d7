#pragma once

#include <cstddef>
#include <string_view>

#include "domain/debt.hpp"

namespace bankslip::domain {

// All of these are inlined always: GCC takes a function that only prefetches for one
// without effects, and leaves its call out.

/// Asks the processor for memory that is read soon.
[[gnu::always_inline]] inline void prefetch(const void* memory, std::size_t size) noexcept {
  constexpr std::size_t cache_line = 64;
  for (std::size_t i = 0; i < size; i += cache_line)
    __builtin_prefetch(static_cast<const char*>(memory) + i);
}

[[gnu::always_inline]] inline void prefetch(std::string_view text) noexcept {
  prefetch(text.data(), text.size());
}

/// Asks for what a loop at `i` of `count` comes to a little later; the loop reads
/// `debt_at(i)`, a reference, and some of its texts. A wave's debts are read in
/// the order of their ids, which is not that of memory, and are more than a core's
/// cache holds.
template <class DebtAt, class... Texts>
[[gnu::always_inline]] inline void prefetch_debts(std::size_t i, std::size_t count, DebtAt debt_at,
                                                  Texts... texts) noexcept {
  // Where the texts lie stands in the debt, so that is asked for first.
  constexpr std::size_t for_debts = 12;
  constexpr std::size_t for_texts = 6;
  if (i + for_debts < count)
    prefetch(&debt_at(i + for_debts), sizeof(debt));
  if (i + for_texts < count)
    (prefetch(debt_at(i + for_texts).*texts), ...);
}

} // namespace bankslip::domain
