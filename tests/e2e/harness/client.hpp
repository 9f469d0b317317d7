#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// HTTP as a user of the server speaks it.
namespace bankslip::e2e {

struct answer {
  /// 0: no answer.
  int status = 0;
  std::string body;
  std::map<std::string, std::string> headers;
};

answer get(int port, const std::string& path);
/// `key`: the Idempotency-Key, where there is one.
answer post(int port, const std::string& path, const std::string& json,
            const std::string& key = {});
/// `POST /bankslip/batch` with `content` as the part named `field`.
answer upload(int port, const std::string& content, const std::string& field = "file",
              const std::string& key = {});

/// A member of a JSON object, as its text stands in it (texts without their
/// quotes); throws when there is none.
std::string member(const std::string& json, const std::string& name);
std::int64_t number(const std::string& json, const std::string& name);

/// The header line of the files, with its line end.
inline constexpr std::string_view csv_header =
    "name,governmentId,email,debtAmount,debtDueDate,debtId\n";

/// Row of debt `<prefix><n>`, valid and the same at every call.
std::string csv_row(const std::string& prefix, std::int64_t n);
/// A file with rows `from` up to before `to`.
std::string csv_file(const std::string& prefix, std::int64_t from, std::int64_t to);
/// The same debt as a message or a body of POST.
std::string debt_json(const std::string& prefix, std::int64_t n);

/// Waits until the upload is done; its JSON.
std::string finished_upload(int port, const std::string& upload_id);

/// A file that is sent slowly: whatever is given, over one connection.
class open_upload {
public:
  /// Sends the head of a request whose file will have `size` bytes.
  open_upload(int port, std::size_t size, const std::string& key = {});
  ~open_upload();
  open_upload(const open_upload&) = delete;
  open_upload& operator=(const open_upload&) = delete;

  void send(std::string_view bytes);

private:
  int socket_ = -1;
};

} // namespace bankslip::e2e
