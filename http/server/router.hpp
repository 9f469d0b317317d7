#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "http/server/body_stream.hpp"
#include "http/server/request_head.hpp"
#include "http/server/response.hpp"

namespace bankslip::http {

/// One request and its answer, for a handler.
struct exchange {
  const request_head& request;
  http::response& response;
  body_stream& body;
  /// Values of the pattern's {…} parts, decoded.
  std::vector<std::string> params;
  /// Address of the other end of the connection.
  std::string_view address = {};

  // Noted on the way, for limits and the audit.
  /// Name of the API key; empty where none is asked for.
  std::string caller = {};
  /// Id of what was made, where the path does not name it.
  std::string made = {};
  /// Rows that came in.
  std::int64_t rows = 0;
};

using handler = std::function<void(exchange&)>;

/// Finds the handler of a request by method and path, without regular
/// expressions: their matching recurses over the path.
class router {
public:
  /// `pattern` as "/bankslip/{debt_id}/retry". HEAD follows GET.
  void add(std::string method, std::string pattern, handler serve);

  struct match {
    /// Nothing when there is no such path or method.
    const handler* serve = nullptr;
    /// The pattern; empty when there is no such path.
    std::string_view pattern;
    std::vector<std::string> params;
    /// Methods of the path, "GET, HEAD, POST"; for 405.
    std::string allowed;
  };

  /// `target` is as it came over the wire, with query.
  match find(std::string_view method, std::string_view target) const;

private:
  struct route {
    std::string method;
    std::string pattern;
    std::vector<std::string> parts;
    handler serve;
  };
  std::vector<route> routes_;
};

/// Longest decoded path that is looked up; longer ones are answered 414.
constexpr std::size_t max_path_bytes = 256;

/// The decoded path of `target` is longer than that.
bool is_path_too_long(std::string_view target);

} // namespace bankslip::http
