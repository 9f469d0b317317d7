#pragma once

#include "tests/support/fake_broker.hpp"
#include "tests/support/fake_database.hpp"
#include "tests/support/fake_services.hpp"

namespace bankslip::fake {

/// Everything outside of the processes.
struct world : base {
  explicit world(int partitions = 3) : db{*this}, kafka{*this, partitions} {}

  database db;
  broker kafka;
  mail_provider mail{*this};
  slip_provider slips{*this};
  line_codec codec;

  process_ptr start_process() {
    auto p = std::make_shared<process>();
    p->id = ++last_process;
    return p;
  }
  /// Its calls in progress unwind, its transactions are rolled back.
  void kill(process& p) {
    p.alive = false;
    db.drop(p);
  }
  int last_process = 0;
};

} // namespace bankslip::fake
