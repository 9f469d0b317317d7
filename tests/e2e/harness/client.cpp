#include "tests/e2e/harness/client.hpp"

#include <stdexcept>

#include <arpa/inet.h>
#include <httplib.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/e2e/harness/wait.hpp"

namespace bankslip::e2e {

namespace {

httplib::Client connect(int port) {
  httplib::Client client{"127.0.0.1", port};
  client.set_tcp_nodelay(true);
  client.set_read_timeout(90);
  return client;
}

answer read(const httplib::Result& result) {
  answer out;
  if (!result)
    return out;
  out.status = result->status;
  out.body = result->body;
  out.headers.insert(result->headers.begin(), result->headers.end());
  return out;
}

constexpr std::string_view boundary = "----bankslip-e2e";

std::string part_head(const std::string& field) {
  return "--" + std::string{boundary} + "\r\nContent-Disposition: form-data; name=\"" + field
         + "\"; filename=\"debts.csv\"\r\nContent-Type: text/csv\r\n\r\n";
}

httplib::Headers with_key(const std::string& key) {
  return key.empty() ? httplib::Headers{} : httplib::Headers{{"Idempotency-Key", key}};
}

std::string last_boundary() { return "\r\n--" + std::string{boundary} + "--\r\n"; }

} // namespace

answer get(int port, const std::string& path) { return read(connect(port).Get(path.c_str())); }

answer post(int port, const std::string& path, const std::string& json, const std::string& key) {
  return read(connect(port).Post(path.c_str(), with_key(key), json, "application/json"));
}

answer upload(int port, const std::string& content, const std::string& field,
              const std::string& key) {
  const auto type = "multipart/form-data; boundary=" + std::string{boundary};
  return read(connect(port).Post("/bankslip/batch", with_key(key),
                                 part_head(field) + content + last_boundary(), type.c_str()));
}

std::string member(const std::string& json, const std::string& name) {
  rapidjson::Document d;
  d.Parse<rapidjson::kParseNumbersAsStringsFlag>(json.c_str());
  if (d.HasParseError() || !d.IsObject() || !d.HasMember(name.c_str()))
    throw std::runtime_error("no member " + name + " in " + json);
  const auto& v = d[name.c_str()];
  if (v.IsString())
    return {v.GetString(), v.GetStringLength()};
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
  v.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

std::int64_t number(const std::string& json, const std::string& name) {
  return std::stoll(member(json, name));
}

std::string csv_row(const std::string& prefix, std::int64_t n) {
  const auto i = std::to_string(n);
  return "Maria " + i + "," + std::to_string(10'000'000'000 + n) + ",m" + i + "@example.com,"
         + std::to_string(n + 1) + ".50,2027-03-04," + prefix + i + "\n";
}

std::string csv_file(const std::string& prefix, std::int64_t from, std::int64_t to) {
  std::string out{csv_header};
  for (auto n = from; n < to; ++n)
    out += csv_row(prefix, n);
  return out;
}

std::string debt_json(const std::string& prefix, std::int64_t n) {
  const auto i = std::to_string(n);
  return R"({"name":"Maria )" + i + R"(","government_id":")" + std::to_string(10'000'000'000 + n)
         + R"(","email":"m)" + i + R"(@example.com","debt_amount":)" + std::to_string(n + 1)
         + R"(.50,"debt_due_date":"2027-03-04","debt_id":")" + prefix + i + R"("})";
}

std::string finished_upload(int port, const std::string& upload_id) {
  std::string json;
  wait_until("upload done: " + upload_id, [&] {
    json = get(port, "/uploads/" + upload_id).body;
    return !json.empty() && member(json, "state") == "done";
  });
  return json;
}

open_upload::open_upload(int port, std::size_t size, const std::string& key) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot connect");
  const auto head = part_head("file");
  send("POST /bankslip/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; "
       "boundary="
       + std::string{boundary} + (key.empty() ? "" : "\r\nIdempotency-Key: " + key)
       + "\r\nContent-Length: " + std::to_string(head.size() + size + last_boundary().size())
       + "\r\n\r\n" + head);
}

open_upload::~open_upload() { ::close(socket_); }

void open_upload::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0)
      throw std::runtime_error("the server has closed the connection");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

} // namespace bankslip::e2e
