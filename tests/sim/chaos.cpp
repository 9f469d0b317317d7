#include "tests/sim/history.hpp"

namespace bankslip::sim {

using namespace std::chrono_literals;

// Many histories have few kinds of faults, so that each kind is seen alone.
chaos::chaos(dice& chance, bool local_slips) : dice_{chance} {
  auto rate = [&](int high) { return dice_.chance(4'500) ? 0 : dice_.between(1, high); };
  database_ = rate(400);
  mail_ = rate(3'000);
  slip_ = local_slips ? 0 : rate(1'500);
  sink_ = rate(2'000);
  source_ = rate(200);
  crash_ = rate(300);
  slow_ = rate(3'000);
}

fake::db_fault chaos::database(std::string_view what) {
  if (!calm && what == "settle" && std::exchange(loses_settlement_, false)) {
    lost_settlement_ = true;
    return fake::db_fault::lost_before;
  }
  if (!hit(database_))
    return fake::db_fault::none;
  switch (dice_.below(3)) {
    case 0:
      return fake::db_fault::lost_before;
    case 1:
      return fake::db_fault::lost_after;
    default:
      return fake::db_fault::conflict;
  }
}

fake::mail_fault chaos::mail(const domain::email_job&) {
  if (hit(crash_))
    return fake::mail_fault::crash;
  if (hit(put_off_)) {
    has_put_off_ = true;
    return fake::mail_fault::not_sent;
  }
  if (!hit(mail_))
    return fake::mail_fault::none;
  switch (dice_.below(6)) {
    case 5:
      return fake::mail_fault::not_begun;
    case 4:
      return fake::mail_fault::too_fast;
    case 0:
      return fake::mail_fault::not_sent;
    case 1:
      return fake::mail_fault::unknown_done;
    case 2:
      return fake::mail_fault::unknown_not_done;
    default:
      return fake::mail_fault::none;
  }
}

fake::slip_fault chaos::slip(const domain::debt&) {
  if (hit(crash_))
    return fake::slip_fault::crash;
  if (!hit(slip_))
    return fake::slip_fault::none;
  return dice_.chance(8'000) ? fake::slip_fault::unavailable : fake::slip_fault::refuse;
}

fake::sink_fault chaos::sink() {
  if (!hit(sink_))
    return fake::sink_fault::none;
  switch (dice_.below(6)) {
    case 0:
      return fake::sink_fault::fatal_after;
    case 1:
      return fake::sink_fault::fatal_before;
    case 2:
      return fake::sink_fault::error_after_part;
    case 3:
      return fake::sink_fault::error_before;
    default:
      return fake::sink_fault::wait;
  }
}

fake::source_fault chaos::source() {
  if (!hit(source_))
    return fake::source_fault::none;
  return dice_.chance(5'000) ? fake::source_fault::unavailable : fake::source_fault::fatal;
}

std::chrono::milliseconds chaos::retry_after() {
  return dice_.chance(5'000) ? 0ms : std::chrono::milliseconds{dice_.between(1, 3'000)};
}

bool chaos::gives_leave() { return calm || dice_.chance(7'000); }

std::chrono::milliseconds chaos::mail_paused() { return hit(mail_ / 20) ? 500ms : 0ms; }

std::chrono::milliseconds chaos::call_time() {
  return hit(slow_)
             ? std::chrono::milliseconds{dice_.between(1, static_cast<int>(longest_call.count()))}
             : 0ms;
}

} // namespace bankslip::sim
