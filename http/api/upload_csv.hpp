#pragma once

#include <string>
#include <string_view>

#include "domain/debt.hpp"
#include "domain/uploads.hpp"

/// The rows of an upload and what became of them, as CSV files for people. No
/// text of a client begins a formula in a spreadsheet: an apostrophe stands before
/// it. The only exception are the rows of rejected.csv, which are the client's own
/// bytes.
namespace bankslip::http {

constexpr std::string_view errors_csv_header = "row,debt_id,field,code,error\r\n";

/// Appends a line of errors.csv.
void append_error_line(std::string& out, const domain::row_problem& p);

/// Appends a line of rejected.csv: the row or header as it was in the file, and a
/// last cell.
void append_rejected_line(std::string& out, std::string_view raw, char separator,
                          std::string_view last_cell);

constexpr std::string_view results_csv_header =
    "debt_id,status,bankslip_file,created_at,updated_on,failure,row\r\n";

/// Appends a line of results.csv.
void append_result_line(std::string& out, const domain::stored_debt& d);

} // namespace bankslip::http
