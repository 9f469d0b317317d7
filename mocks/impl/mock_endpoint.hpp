#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "mocks/impl/event_server.hpp"
#include "mocks/impl/mock_faults.hpp"
#include "mocks/impl/mock_ledger.hpp"

namespace bankslip::mocks {

/// An order to a mock service, read from a call's body.
struct mock_order {
  std::string debt_id;
  /// Hash of all that must be the same when the key is used again.
  std::uint64_t content = 0;
  /// Answer of success.
  std::string answer;
};

/// Reads a body; nothing, with `problem` set, when it is not as agreed.
using order_reader = std::function<std::optional<mock_order>(
    std::string_view body, std::string_view key, std::string& problem)>;

/// Slips and e-mails: the two kinds of orders.
std::optional<mock_order> read_boleto_order(std::string_view body, std::string_view key,
                                            std::string& problem);
std::optional<mock_order> read_email_order(std::string_view body, std::string_view key,
                                           std::string& problem);

/// One mock service: takes its calls, keeps its ledger, plays its faults.
/// Lives on the server's thread.
class mock_endpoint {
public:
  /// `path`: "/boletos" or "/emails"; `success`: the status of an answer.
  mock_endpoint(std::string path, int success, order_reader read,
                std::unique_ptr<mock_ledger> ledger, const fault_settings& settings);

  void handle(const http_request& request, reply_plan& plan);
  bool flush() { return ledger_->flush(); }

  /// Closes the listener for a while; set before the first request.
  std::function<void(std::chrono::milliseconds)> refuse_for;

private:
  void take_call(const http_request& request, reply_plan& plan);
  void change_faults(const http_request& request, reply_plan& plan);
  void show_ledger(std::string_view rest, reply_plan& plan);
  void stream_ledger(reply_plan& plan);
  void play(fault f, const mock_order& order, bool replayed, reply_plan& plan);
  void refuse(fault f, reply_plan& plan);
  bool is_known(const mock_ledger::entry* entry, std::int64_t now) const;

  std::string path_;
  int success_;
  order_reader read_;
  std::unique_ptr<mock_ledger> ledger_;
  mock_faults faults_;
};

} // namespace bankslip::mocks
