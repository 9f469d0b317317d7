#include "cli/archive_command.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

#include "domain/csv/cell.hpp"
#include "domain/error.hpp"

namespace bankslip::cli {

namespace {

std::string number(std::int64_t n) { return std::to_string(n); }

std::string time_or_nothing(const std::optional<domain::utc_time>& t) {
  return t ? domain::format_utc(*t) : std::string{};
}

struct archived_column {
  std::string_view name;
  std::string (*text)(const domain::stored_debt&);
};

/// All of a debt but `status`, which no e-mailed one has. New ones come last.
constexpr archived_column archived_columns[] = {
    {"debt_id", [](const auto& d) { return d.content.debt_id; }},
    {"name", [](const auto& d) { return d.content.name; }},
    {"government_id", [](const auto& d) { return d.content.government_id; }},
    {"email", [](const auto& d) { return d.content.email; }},
    {"debt_amount", [](const auto& d) { return domain::format_decimal(d.content.amount); }},
    {"debt_due_date", [](const auto& d) { return domain::format_date(d.content.due_date); }},
    {"bankslip_file", [](const auto& d) { return d.linha_digitavel; }},
    {"propagated", [](const auto&) { return std::string{"true"}; }},
    {"created_at", [](const auto& d) { return domain::format_utc(d.created_at); }},
    {"updated_on", [](const auto& d) { return time_or_nothing(d.updated_on); }},
    {"upload_id", [](const auto& d) { return d.from ? number(d.from.upload_id) : ""; }},
    {"upload_row", [](const auto& d) { return d.from ? number(d.from.row) : ""; }},
    {"attempt", [](const auto& d) { return number(d.attempt); }},
    {"slip_details", [](const auto& d) { return d.slip_details; }},
    {"failure", [](const auto& d) { return d.failure; }},
    {"put_offs", [](const auto& d) { return number(d.put_offs); }},
    {"mail_tried_at", [](const auto& d) { return time_or_nothing(d.mail_tried_at); }},
};

/// Puts a new name in `folder` on disk.
bool sync_folder(const std::filesystem::path& folder) {
  const auto fd = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const auto synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0)
    ::close(fd);
  return synced;
}

/// A file whose bytes are on disk when `write` has answered, and so is its name.
class durable_file {
public:
  explicit durable_file(const std::string& path)
      : path_{path}, fd_{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)} {}
  ~durable_file() {
    if (fd_ >= 0)
      ::close(fd_);
  }
  durable_file(const durable_file&) = delete;
  durable_file& operator=(const durable_file&) = delete;

  bool is_open() const noexcept { return fd_ >= 0; }

  caf::error write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno != EINTR)
        return failure();
      if (n > 0)
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    named_ = named_ || sync_folder(std::filesystem::path{path_}.parent_path());
    return named_ && ::fsync(fd_) == 0 ? caf::error{} : failure();
  }

  caf::error failure() const {
    return domain::make_error(domain::errc::internal,
                              "cannot write " + path_ + ": " + std::strerror(errno));
  }

private:
  std::string path_;
  int fd_;
  bool named_ = false;
};

/// A line of what `cell` says of each column, which psql's \copy takes back as it was.
template <class Cell>
void append_line(std::string& out, Cell cell) {
  for (const auto& column : archived_columns) {
    domain::append_cell(out, cell(column));
    out += ',';
  }
  out.back() = '\n';
}

bool agrees(const archive_options& asked, std::istream& in, std::ostream& out) {
  if (asked.keep || asked.yes)
    return true;
  out << "E-mailed debts that were due and last changed before " << asked.before
      << " leave the database into " << asked.out
      << ".\nOne of them that is sent again later is a new debt: with a new slip, and a second "
         "e-mail.\nGo on? [y/N] "
      << std::flush;
  std::string answer;
  std::getline(in, answer);
  return answer == "y" || answer == "yes";
}

} // namespace

int run_archive(const archive_options& asked, domain::retention_store& store,
                const domain::clock& time, std::istream& in, std::ostream& out, std::ostream& err) {
  auto fail = [&err](const std::string& reason, int status = 1) {
    err << "bankslip: " << reason << '\n';
    return status;
  };
  const auto newest = std::chrono::floor<std::chrono::days>(time.utc_now()) - youngest_archived;
  const auto before = domain::parse_date(asked.before);
  if (!before || *before > newest)
    return fail("--before=" + asked.before + ": must be a day, YYYY-MM-DD, at the latest "
                    + domain::format_date(newest) + ": younger debts may still come again",
                2);
  if (!agrees(asked, in, out))
    return fail("nothing was changed");
  durable_file file{asked.out};
  if (!file.is_open())
    return fail("cannot create " + asked.out + ": " + std::strerror(errno));
  std::string header;
  append_line(header, [](const archived_column& c) { return c.name; });
  if (auto error = file.write(header))
    return fail(domain::text_of(error));
  std::int64_t written = 0;
  domain::archive_request request{*before, 0, !asked.keep};
  for (bool at_end = false; !at_end;) {
    auto step = store.archive(request, [&](std::span<const domain::stored_debt> debts) {
      std::string text;
      for (const auto& d : debts)
        append_line(text, [&d](const archived_column& c) { return c.text(d); });
      auto error = file.write(text);
      if (!error)
        written += static_cast<std::int64_t>(debts.size());
      return error;
    });
    if (!step)
      return fail(domain::text_of(step.error()) + "; " + asked.out + " holds "
                  + std::to_string(written) + " debts, the last of them may still be stored");
    request.block = step->next_block;
    at_end = step->at_end;
  }
  out << written << (asked.keep ? " debts copied to " : " debts moved to ") << asked.out << '\n';
  return 0;
}

} // namespace bankslip::cli
