#include "cli/archive_command.hpp"

#include <cerrno>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

#include "domain/error.hpp"

namespace bankslip::cli {

namespace {

constexpr std::string_view archive_header =
    "debt_id,name,government_id,email,debt_amount,debt_due_date,bankslip_file,propagated,"
    "created_at,updated_on,upload_id,upload_row,attempt,slip_details\n";

/// A file whose bytes are on disk when `write` has answered.
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
    return ::fsync(fd_) == 0 ? caf::error{} : failure();
  }

  caf::error failure() const {
    return domain::make_error(domain::errc::internal,
                              "cannot write " + path_ + ": " + std::strerror(errno));
  }

private:
  std::string path_;
  int fd_;
};

/// A cell that psql's \copy and every CSV reader take back as it was.
void append_cell(std::string& out, std::string_view text, char end = ',') {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out.append(text);
  } else {
    out.push_back('"');
    for (char c : text)
      out.append(c == '"' ? "\"\"" : std::string_view{&c, 1});
    out.push_back('"');
  }
  out.push_back(end);
}

void append_row(std::string& out, const domain::stored_debt& d) {
  const auto number = [](std::int64_t n) { return std::to_string(n); };
  for (const auto* text :
       {&d.content.debt_id, &d.content.name, &d.content.government_id, &d.content.email})
    append_cell(out, *text);
  append_cell(out, domain::format_decimal(d.content.amount));
  append_cell(out, domain::format_date(d.content.due_date));
  append_cell(out, d.linha_digitavel);
  append_cell(out, "true");
  append_cell(out, domain::format_utc(d.created_at));
  append_cell(out, d.updated_on ? domain::format_utc(*d.updated_on) : "");
  append_cell(out, d.from ? number(d.from.upload_id) : "");
  append_cell(out, d.from ? number(d.from.row) : "");
  append_cell(out, number(d.attempt));
  append_cell(out, d.slip_details, '\n');
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
  if (auto error = file.write(archive_header))
    return fail(domain::text_of(error));
  std::int64_t written = 0;
  domain::archive_request request{*before, 0, !asked.keep};
  for (bool at_end = false; !at_end;) {
    auto step = store.archive(request, [&](std::span<const domain::stored_debt> debts) {
      std::string text;
      for (const auto& d : debts)
        append_row(text, d);
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
