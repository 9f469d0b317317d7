#include "cli/generate_command.hpp"

#include <cerrno>
#include <cstring>
#include <iostream>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

namespace bankslip::cli {

namespace {

constexpr std::size_t buffer_bytes = 1 << 20;

/// A file that closes itself; standard output for "-".
class output_file {
public:
  explicit output_file(const std::string& path)
      : standard_{path == "-"}, fd_{standard_
                                        ? STDOUT_FILENO
                                        : ::open(path.c_str(),
                                                 O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)} {}

  ~output_file() { close(); }
  output_file(const output_file&) = delete;
  output_file& operator=(const output_file&) = delete;

  bool is_open() const noexcept { return fd_ >= 0; }

  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno != EINTR)
        return false;
      if (n > 0)
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  /// Some file systems report a failed write only here.
  bool close() {
    const auto fd = standard_ ? -1 : fd_;
    fd_ = -1;
    return fd < 0 || ::close(fd) == 0;
  }

private:
  bool standard_;
  int fd_;
};

int fail(const generate_options& options) {
  const int reason = errno;
  std::cerr << "bankslip generate: cannot write " << options.out << ": " << std::strerror(reason)
            << '\n';
  return 1;
}

} // namespace

int run_generate(const generate_options& options) {
  output_file file{options.out};
  if (!file.is_open())
    return fail(options);
  const row_generator generator{options};
  std::string buffer;
  buffer.reserve(buffer_bytes + 1024);
  row_generator::append_header(buffer);
  for (std::int64_t row = 0; row < options.rows; ++row) {
    generator.append_row(buffer, row);
    if (buffer.size() < buffer_bytes)
      continue;
    if (!file.write(buffer))
      return fail(options);
    buffer.clear();
  }
  if (!file.write(buffer) || !file.close())
    return fail(options);
  return 0;
}

} // namespace bankslip::cli
