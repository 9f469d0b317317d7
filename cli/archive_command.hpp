#pragma once

#include <istream>
#include <ostream>
#include <string>

#include "domain/retention_store.hpp"

/// `bankslip archive`: moves old debts out of the database into a CSV file.
namespace bankslip::cli {

/// The options of `bankslip archive`.
struct archive_options {
  /// "2026-01-31": debts due and last changed before this day are moved.
  std::string before;
  /// The file, which must not be there yet.
  std::string out;
  /// Writes the file and leaves the debts.
  bool keep = false;
  /// Asks no confirmation.
  bool yes = false;
};

/// Days that must have passed since `before`: records of debts changed later may still
/// come again.
constexpr std::chrono::days youngest_archived{30};

/// Moves e-mailed debts from the store into the file; the debts of a part leave the store
/// once the file has them on disk. Asks `in` first. Answers the exit status: 0 done, 1 not
/// or not all done (the reason stands on `err`; the file has all that has left), 2 a
/// `before` that is too young.
int run_archive(const archive_options& asked, domain::retention_store& store,
                const domain::clock& time, std::istream& in, std::ostream& out, std::ostream& err);

} // namespace bankslip::cli
