#include "domain/debt_fields.hpp"
#include "kafka/impl/json_decode.hpp"
#include "kafka/kafka.hpp"

namespace bankslip::kafka {

namespace {

/// Stateless: what a thread reuses belongs to that thread.
class json_codec final : public domain::debt_codec {
public:
  void encode(const domain::debt& d, std::string& out) const override {
    domain::append_json(out, d);
  }

  caf::error decode(std::string_view json, domain::debt& out) const override {
    return impl::read_message(json, out);
  }
};

} // namespace

std::unique_ptr<domain::debt_codec> make_json_codec() { return std::make_unique<json_codec>(); }

} // namespace bankslip::kafka
