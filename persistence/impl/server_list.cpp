#include "persistence/impl/server_list.hpp"

#include <vector>

#include "domain/error.hpp"
#include "domain/text/parse.hpp"

namespace bankslip::persistence {

namespace {

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> out;
  for (;;) {
    const auto comma = text.find(',');
    out.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos)
      return out;
    text.remove_prefix(comma + 1);
  }
}

bool is_port(std::string_view text) {
  const auto n = domain::parse_whole<int>(text);
  return n && *n >= 1 && *n <= 65535;
}

struct server {
  std::string_view host;
  /// Empty: none of its own.
  std::string_view port;
  bool has_port = false;
};

/// "host", "host:5432", "[::1]:5432", "::1" or "/folder".
server read_server(std::string_view text) {
  if (text.starts_with('/') || text.starts_with('@'))
    return {text, {}};
  if (text.starts_with('['))
    if (const auto end = text.find(']'); end != std::string_view::npos) {
      const auto rest = text.substr(end + 1);
      const auto port = rest.starts_with(':') ? rest.substr(1) : text.substr(end);
      return {text.substr(1, end - 1), port, !rest.empty()};
    }
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos)
    return {text, {}};
  return {text.substr(0, colon), text.substr(colon + 1), true};
}

caf::error refuse(std::string_view variable, std::string_view value, const std::string& why) {
  std::string text{variable};
  text.append("=").append(value).append(": ").append(why);
  return domain::make_error(domain::errc::invalid_input, std::move(text));
}

std::string no_port(std::string_view part, bool is_list) {
  return (is_list ? "'" + std::string{part} + "' " : std::string{})
         + "must be a whole number, 1 to 65535";
}

} // namespace

caf::expected<server_list> read_servers(std::string_view hosts, std::string_view ports) {
  const auto servers = split(hosts);
  const auto defaults = split(ports);
  for (auto port : defaults)
    if (!is_port(port))
      return refuse("POSTGRES_PORT", ports, no_port(port, defaults.size() > 1));
  if (defaults.size() > 1 && defaults.size() != servers.size())
    return refuse("POSTGRES_PORT", ports,
                  "must be one port, or one for each host of POSTGRES_SERVER, which has "
                      + std::to_string(servers.size()));
  server_list out;
  for (auto text : servers) {
    const auto [host, port, has_port] = read_server(text);
    if (host.empty())
      return refuse("POSTGRES_SERVER", hosts,
                    "host " + std::to_string(out.count + 1) + " of "
                        + std::to_string(servers.size()) + " is empty");
    if (has_port && !is_port(port))
      return refuse("POSTGRES_SERVER", hosts,
                    "the port of " + std::string{host} + ", " + no_port(port, true));
    const auto comma = out.count == 0 ? "" : ",";
    out.hosts.append(comma).append(host);
    out.ports.append(comma).append(has_port ? port : defaults[defaults.size() > 1 ? out.count : 0]);
    ++out.count;
  }
  return out;
}

} // namespace bankslip::persistence
