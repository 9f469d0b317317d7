#include "kafka/impl/rdkafka_record_sink.hpp"

namespace bankslip::kafka {

std::unique_ptr<domain::record_sink> make_record_sink(const kafka_options& options) {
  return std::make_unique<impl::rdkafka_record_sink>(options);
}

} // namespace bankslip::kafka
