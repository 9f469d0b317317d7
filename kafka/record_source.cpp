#include "kafka/impl/rdkafka_record_source.hpp"

namespace bankslip::kafka {

std::unique_ptr<domain::record_source> make_record_source(const kafka_options& options) {
  return std::make_unique<impl::rdkafka_record_source>(options);
}

} // namespace bankslip::kafka
