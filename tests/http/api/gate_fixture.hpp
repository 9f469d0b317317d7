#pragma once

#include <cstdio>
#include <fstream>
#include <string>

#include <unistd.h>

#include "tests/http/api/api_fixture.hpp"

namespace bankslip::http::fakes {

/// A file of keys that is gone with this object.
class key_file {
public:
  key_file() {
    char path[] = "/tmp/bankslip_keys_XXXXXX";
    ::close(::mkstemp(path));
    path_ = path;
  }
  ~key_file() { std::remove(path_.c_str()); }
  key_file(const key_file&) = delete;
  key_file& operator=(const key_file&) = delete;

  void write(std::string_view text) const { std::ofstream{path_} << text; }
  const std::string& path() const { return path_; }

private:
  std::string path_;
};

/// The line of a key whose text is `secret`.
inline std::string key_line(std::string name, std::string_view secret, std::string_view scopes,
                            std::uint32_t requests = 0, std::int64_t rows = 0) {
  return domain::format_api_key({std::move(name), domain::sha256(secret),
                                 *domain::parse_scopes(scopes), requests, rows})
         + '\n';
}

/// The API with keys: one for each scope, whose secret is "bsk_" and its name.
class gate_fixture : public api_fixture {
public:
  gate_fixture() {
    use(key_line("ingest", "bsk_ingest", "ingest") + key_line("read", "bsk_read", "read")
        + key_line("ops", "bsk_ops", "ops"));
  }

  /// To be called before the first request.
  void use(std::string_view lines) {
    file.write(lines);
    ring = std::make_shared<key_ring>(file.path());
    BOOST_REQUIRE(ring->load() == "");
    options.keys = ring;
  }

  httplib::Client client_with(const std::string& secret) {
    auto c = client();
    c.set_default_headers({{"Authorization", "Bearer " + secret}});
    return c;
  }

  /// The value of the cookie that a login gives.
  std::string log_in(const std::string& secret) {
    const auto answer = client_with(secret).Post("/session");
    BOOST_REQUIRE(answer);
    BOOST_REQUIRE(answer->status == 200);
    const auto line = answer->get_header_value("Set-Cookie");
    return line.substr(0, line.find(';'));
  }

  key_file file;
  std::shared_ptr<key_ring> ring;
};

} // namespace bankslip::http::fakes
