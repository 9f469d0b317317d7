#pragma once

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/pg_database.hpp"

namespace bankslip::test {

/// A primary and a standby of their own on free ports. They end with this object.
class pg_cluster {
public:
  /// One of the two. `run` answers whether the command succeeded.
  class server {
  public:
    server(pg_cluster& of, std::string name)
        : of_{of}, name_{std::move(name)}, port_{free_port()} {}

    const std::string& port() const { return port_; }
    void start() { of_.must_run("pg_ctl -s -w -D " + data() + " -l " + data() + ".log start"); }
    /// At once, as a crash.
    void stop() { of_.run("pg_ctl -s -w -m immediate -D " + data() + " stop"); }
    /// None of its processes runs until `thaw`; connections stay.
    void freeze() { signal("STOP"); }
    void thaw() { signal("CONT"); }
    void promote() { of_.must_run("pg_ctl -s -w -D " + data() + " promote"); }
    pg_session session(const std::string& database = "postgres") const {
      persistence::postgres_options o;
      o.port = port_;
      o.database = database;
      return pg_session{o};
    }
    std::string data() const { return of_.folder_ + "/" + name_; }

  private:
    friend class pg_cluster;
    static std::string free_port() {
      auto fd = socket(AF_INET, SOCK_STREAM, 0);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      socklen_t size = sizeof address;
      if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0
          || getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("no free port");
      close(fd);
      return std::to_string(ntohs(address.sin_port));
    }
    void signal(const std::string& name) {
      std::string pid;
      std::getline(std::ifstream{data() + "/postmaster.pid"}, pid);
      of_.must_run("sh -c 'kill -" + name + " " + pid + " $(pgrep -P " + pid + ")'");
    }
    void configure(const std::string& text) const {
      std::ofstream{data() + "/postgresql.auto.conf", std::ios::app} << text;
    }

    pg_cluster& of_;
    std::string name_;
    std::string port_;
  };

  pg_cluster() {
    if (!mkdtemp(folder_.data()))
      throw std::runtime_error("no folder for PostgreSQL");
    if (geteuid() == 0 && std::system(("chown postgres " + folder_).c_str()) != 0)
      throw std::runtime_error("no account postgres");
    must_run("initdb -A trust -U admin --no-sync -E UTF8 --locale=C -D " + primary.data());
    primary.configure("listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\n"
                      "fsync = off\nshared_buffers = 16MB\nmax_connections = 40\n"
                      "wal_retrieve_retry_interval = 100ms\nautovacuum = off\nport = "
                      + primary.port() + "\n");
    primary.start();
    must_run("pg_basebackup -R -c fast --no-sync -D " + standby.data()
             + " -d 'host=127.0.0.1 port=" + primary.port() + " user=admin application_name=b'");
    standby.configure("port = " + standby.port() + "\n");
    standby.start();
    options.host = "127.0.0.1:" + primary.port() + ",127.0.0.1:" + standby.port();
    options.database = "debts";
    if (auto applied = persistence::migrate(options); !applied)
      throw std::runtime_error(domain::text_of(applied.error()));
    replicate_synchronously(true);
  }

  ~pg_cluster() {
    standby.stop();
    primary.stop();
    std::filesystem::remove_all(folder_);
  }
  pg_cluster(const pg_cluster&) = delete;
  pg_cluster& operator=(const pg_cluster&) = delete;

  /// Commits wait for the standby from now on, or no longer. It has all that was there by then.
  void replicate_synchronously(bool on) {
    auto s = primary.session();
    s.exec(std::string{"alter system set synchronous_standby_names = '"} + (on ? "b" : "") + "'");
    s.exec("select pg_reload_conf()");
    wait_for(s, on ? "select count(*) from pg_stat_replication where sync_state = 'sync' "
                     "and replay_lsn >= pg_current_wal_lsn()"
                   : "select (current_setting('synchronous_standby_names') = '')::int");
  }

  /// Waits until the query answers anything but "0"; throws after 20 s.
  static void wait_for(pg_session& s, const std::string& query) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (s.value(query) == "0") {
      if (std::chrono::steady_clock::now() > deadline)
        throw std::runtime_error("waited in vain for: " + query);
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
  }

private:
  /// As the account of PostgreSQL, which refuses to run as root.
  bool run(const std::string& command) const {
    const auto as = geteuid() == 0 ? std::string{"runuser -u postgres -- "} : std::string{};
    const auto line = "cd /tmp && " + as + "env PATH=" + programs() + ":$PATH " + command
                      + " > /dev/null 2>> " + folder_ + "/commands.log";
    return std::system(line.c_str()) == 0;
  }
  void must_run(const std::string& command) const {
    if (!run(command))
      throw std::runtime_error("failed: " + command);
  }
  static std::string programs() {
    std::string newest;
    for (const auto& version : std::filesystem::directory_iterator{"/usr/lib/postgresql"})
      newest = std::max(newest, version.path().string());
    return newest + "/bin";
  }

  std::string folder_ = "/tmp/pg-cluster-test-XXXXXX";

public:
  server primary{*this, "a"};
  server standby{*this, "b"};
  /// The way to the one of them that takes writes.
  persistence::postgres_options options;
};

} // namespace bankslip::test
