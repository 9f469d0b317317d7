#pragma once

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/pg_database.hpp"

namespace bankslip::test {

inline const char* pgbouncer_program() {
  for (auto path : {"/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"})
    if (access(path, X_OK) == 0)
      return path;
  return nullptr;
}

/// A PgBouncer of its own in transaction mode, before the server for tests, for any
/// database of it. Ends with this object.
class pgbouncer {
public:
  /// `sessions`: how many the pooler holds for each database.
  explicit pgbouncer(int sessions = 20) {
    if (!mkdtemp(folder_.data()))
      throw std::runtime_error("no folder for PgBouncer");
    // It will not run as root.
    chmod(folder_.c_str(), 0777);
    auto server = pg_server();
    std::ofstream{folder_ + "/users"} << '"' << server.user << "\" \"" << server.password << "\"\n";
    std::ofstream{folder_ + "/ini"}
        << "[databases]\n* = host=" << server.host << " port=" << server.port
        << "\n[pgbouncer]\nlisten_addr =\nlisten_port = 6432\nunix_socket_dir = " << folder_
        << "\nauth_type = trust\nauth_file = " << folder_ << "/users\npool_mode = transaction\n"
        << "default_pool_size = " << sessions << "\nlogfile = " << folder_ << "/log\n";
    pid_ = fork();
    if (pid_ == 0) {
      auto ini = folder_ + "/ini";
      if (geteuid() == 0)
        execl(pgbouncer_program(), "pgbouncer", "-q", "-u", "nobody", ini.c_str(), nullptr);
      else
        execl(pgbouncer_program(), "pgbouncer", "-q", ini.c_str(), nullptr);
      _exit(127);
    }
    wait_until_up();
  }

  ~pgbouncer() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
    for (auto file : {"users", "ini", "log"})
      unlink((folder_ + "/" + file).c_str());
    rmdir(folder_.c_str());
  }

  pgbouncer(const pgbouncer&) = delete;
  pgbouncer& operator=(const pgbouncer&) = delete;

  /// The way to `database` that leads through it.
  persistence::postgres_options before(const pg_database& database) const {
    auto o = database.options();
    o.host = folder_;
    o.port = "6432";
    return o;
  }

private:
  void wait_until_up() {
    persistence::postgres_options o = pg_server();
    o.host = folder_;
    o.port = "6432";
    o.database = "postgres";
    auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    for (;;) {
      try {
        pg_session{o};
        return;
      } catch (const std::runtime_error&) {
        if (std::chrono::steady_clock::now() > deadline)
          throw;
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
      }
    }
  }

  std::string folder_ = "/tmp/pgbouncer-test-XXXXXX";
  pid_t pid_ = -1;
};

} // namespace bankslip::test
