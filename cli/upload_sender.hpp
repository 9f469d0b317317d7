#pragma once

#include <atomic>
#include <cstdint>
#include <fstream>
#include <string>
#include <thread>

namespace bankslip::cli {

/// How the POST of a file ended.
struct send_result {
  /// Status of the answer; 0 when there was none.
  int status = 0;
  /// The answer's body, or why there is none.
  std::string text;
};

/// Sends a file as field `file` of a multipart body, on a thread of its own.
/// Holds one block of the file at a time.
class upload_sender {
public:
  /// `file` is open; `size` its bytes. `timeout_s`: longest time without a
  /// byte taken or answered.
  upload_sender(std::string url, std::ifstream file, std::uint64_t size, std::string file_name,
                int timeout_s);
  ~upload_sender();
  upload_sender(const upload_sender&) = delete;
  upload_sender& operator=(const upload_sender&) = delete;

  /// Bytes handed to the socket so far. Any thread.
  std::uint64_t sent() const noexcept { return sent_; }
  /// Whether the answer is there. Any thread.
  bool finished() const noexcept { return finished_; }
  /// Waits for the answer.
  send_result result();
  /// Breaks the connection.
  void cancel() noexcept { cancelled_ = true; }

private:
  void run();
  bool read_block(std::uint64_t offset, std::string& block);

  std::string url_;
  std::ifstream file_;
  std::string content_type_;
  std::string prefix_;
  std::string suffix_;
  std::uint64_t size_;
  int timeout_s_;
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<bool> finished_{false};
  std::atomic<bool> cancelled_{false};
  bool file_failed_ = false;
  send_result result_;
  std::thread thread_;
};

} // namespace bankslip::cli
