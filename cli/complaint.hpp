#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "cli/api_client.hpp"
#include "cli/upload_answers.hpp"

namespace bankslip::cli {

/// Writes "bankslip status: text" and answers the exit status of a failure.
inline int complain(std::ostream& err, std::string_view command, std::string_view text) {
  err << "bankslip " << command << ": " << text << std::endl;
  return 1;
}

/// Why a call gave nothing: what the server says, or why there is no answer.
inline std::string refusal(const api_answer& answer) {
  return answer.status == 0 ? answer.text
                            : "the server answered " + std::to_string(answer.status) + ": "
                                  + read_detail(answer.text);
}

} // namespace bankslip::cli
