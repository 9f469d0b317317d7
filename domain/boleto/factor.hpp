#pragma once

#include <optional>
#include <vector>

#include "domain/time.hpp"

/// The due-date factor: four digits of the bar code. Days since 1997-10-07
/// (1000 is 2000-07-03, 9999 is 2025-02-21); it began again with 1000 on
/// 2025-02-22 and ends with 9999 on 2049-10-13. 0 means: no due date.
/// Sources: BACEN, Carta Circular 2.926 (2000-07-25); FEBRABAN, Manual
/// Operacional do Fator de Vencimento (2012-06-01) and FB-009/2023.
namespace bankslip::domain {

/// First and last due date that a factor can say.
constexpr date first_due_date{std::chrono::year{1997} / 10 / 8};
constexpr date last_due_date{std::chrono::year{2049} / 10 / 13};

/// Days before and after today in which a factor is read as the day it was made
/// of. Outside them it means another day: 2015-06-30 reads 2040-02-19.
/// Source: as of `due_date`.
constexpr int factor_window_past = 3000;
constexpr int factor_window_future = 5500;

/// Factor of `due`, 1 to 9999; nothing outside `first_due_date` to
/// `last_due_date`.
std::optional<int> due_factor(date due) noexcept;

/// Every date that `factor` can mean, ascending: two for 1000 to 9999, one
/// (before 2000-07-03) for 1 to 999, none for 0 and numbers beyond.
std::vector<date> due_dates(int factor);

/// The date that `factor` most likely means to someone who reads it on `today`:
/// the one from 3000 days before to 5500 days after. Nothing when there is none
/// (such a slip is not payable) or `factor` is not within 1000 to 9999. The
/// window is narrower than the cycle of 9000 days, so it never holds two; it
/// also reads dates of cycles after `last_due_date`.
/// Source: FEBRABAN's control window as in kivanio/brcobranca,
/// lib/brcobranca/calculo_data.rb, and led-startup-studio/boletos.
std::optional<date> due_date(int factor, date today) noexcept;

} // namespace bankslip::domain
