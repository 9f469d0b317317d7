#include "cli/upload_sender.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include <httplib.h>

#include "domain/text/hex.hpp"

namespace bankslip::cli {

namespace {

constexpr std::size_t block_bytes = 256 * 1024;

std::string random_boundary() {
  std::random_device source;
  std::string out = "bankslip-";
  for (int i = 0; i < 32; ++i)
    out += domain::hex_digits[source() % domain::hex_digits.size()];
  return out;
}

/// A file's name as it may stand in quotes.
std::string quotable(std::string name) {
  std::replace_if(
      name.begin(), name.end(),
      [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '"' || c == '\\'; }, '_');
  return name;
}

} // namespace

upload_sender::upload_sender(std::string url, std::ifstream file, std::uint64_t size,
                             std::string file_name, int timeout_s)
    : url_{std::move(url)}, file_{std::move(file)}, size_{size}, timeout_s_{timeout_s} {
  const auto boundary = random_boundary();
  prefix_ = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
            + quotable(std::move(file_name)) + "\"\r\nContent-Type: text/csv\r\n\r\n";
  suffix_ = "\r\n--" + boundary + "--\r\n";
  content_type_ = "multipart/form-data; boundary=" + boundary;
  thread_ = std::thread{[this] {
    run();
    finished_ = true;
  }};
}

upload_sender::~upload_sender() {
  cancel();
  if (thread_.joinable())
    thread_.join();
}

send_result upload_sender::result() {
  if (thread_.joinable())
    thread_.join();
  return result_;
}

bool upload_sender::read_block(std::uint64_t offset, std::string& block) {
  const auto file_end = prefix_.size() + size_;
  if (offset < prefix_.size()) {
    block = prefix_.substr(offset);
  } else if (offset >= file_end) {
    block = suffix_.substr(offset - file_end);
  } else {
    block.resize(std::min<std::uint64_t>(block_bytes, file_end - offset));
    file_.seekg(static_cast<std::streamoff>(offset - prefix_.size()));
    if (!file_.read(block.data(), static_cast<std::streamsize>(block.size())))
      file_failed_ = true;
  }
  return !file_failed_ && !cancelled_;
}

void upload_sender::run() {
  httplib::Client client{url_};
  client.set_tcp_nodelay(true);
  client.set_connection_timeout(10);
  client.set_read_timeout(timeout_s_);
  client.set_write_timeout(timeout_s_);
  std::string block;
  const auto provide = [&](std::size_t offset, std::size_t, httplib::DataSink& sink) {
    if (!read_block(offset, block) || !sink.write(block.data(), block.size()))
      return false;
    sent_ = std::max(offset + block.size(), prefix_.size()) - prefix_.size();
    return true;
  };
  const auto answer = client.Post("/bankslip/batch", prefix_.size() + size_ + suffix_.size(),
                                  provide, content_type_);
  if (answer)
    result_ = {answer->status, answer->body};
  else if (file_failed_)
    result_ = {0, "the file could not be read to its end"};
  else if (answer.error() == httplib::Error::Connection)
    result_ = {0, "cannot connect to " + url_};
  else
    result_ = {0, "the connection to " + url_ + " broke: " + httplib::to_string(answer.error())};
}

} // namespace bankslip::cli
