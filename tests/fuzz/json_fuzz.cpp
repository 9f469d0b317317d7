// A message of the topic: refused, or read as a debt that is the same when it is
// written and read again; the short way for plain messages and the parser agree.
#include <cstdint>
#include <string>
#include <string_view>

#include "domain/error.hpp"
#include "kafka/kafka.hpp"
#include "tests/fuzz/require.hpp"

using namespace bankslip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auto codec = kafka::make_json_codec();
  std::string_view json{reinterpret_cast<const char*>(data), size};
  domain::debt read;
  auto error = codec->decode(json, read);
  domain::debt parsed;
  auto other = codec->decode(" " + std::string{json}, parsed);
  require(!error == !other);
  if (error) {
    require(domain::code_of(error) == domain::errc::invalid_input);
    return 0;
  }
  require(read == parsed);
  std::string again;
  codec->encode(read, again);
  domain::debt twice;
  require(!codec->decode(again, twice) && twice == read);
  return 0;
}
