#include <string>
#include <string_view>
#include <utility>

#include "http/api/answers.hpp"
#include "http/api/bodies.hpp"
#include "http/api/client_trace.hpp"
#include "http/api/dto.hpp"
#include "http/api/handlers.hpp"
#include "http/api/upload_pipe.hpp"
#include "http/server/multipart.hpp"
#include "json/writer.hpp"

namespace bankslip::http {

namespace {

constexpr std::string_view field_name = "file";

void answer_no_file(response& res) {
  answer_faults(res, {{"missing", {"body", "file"}, "Field required"}});
}

/// A file that is no CSV of ours is a fault of the field; the rest goes the
/// usual way.
void answer_upload_error(response& res, const caf::error& e) {
  if (domain::code_of(e) == domain::errc::invalid_input)
    return answer_faults(res, {{"csv_invalid", {"body", "file"}, message_of(e)}});
  answer_error(res, e, "Upload not found");
}

/// Why an upload ended early, as it stands with the upload.
domain::upload_failure failure_of(body_result why) {
  switch (why) {
    case body_result::too_large:
      return {"too_large", "the file is too large"};
    case body_result::too_slow:
      return {"too_slow", "the file came in too slowly"};
    case body_result::stopping:
      return {"shutting_down", "the server is stopping"};
    default:
      return {"client_gone", "the client ended the upload before its last byte"};
  }
}

domain::upload_failure failure_of(multipart_fault why) {
  switch (why) {
    case multipart_fault::repeated_field:
      return {"repeated_field", "the form has a second part named file"};
    case multipart_fault::encoded_field:
      return {"encoded_field", "the file is in a Content-Transfer-Encoding"};
    default:
      return {"form_invalid", "malformed multipart body"};
  }
}

/// Answers what is wrong with the form itself.
void answer_form_fault(response& res, const multipart_reader& reader) {
  switch (reader.fault()) {
    case multipart_fault::repeated_field:
      return answer_faults(res, {{"repeated_field",
                                  {"body", "file"},
                                  "the form has more than one part named file: send one file for "
                                  "each request"}});
    case multipart_fault::encoded_field:
      return answer_detail(res, 415,
                           "Content-Transfer-Encoding " + reader.transfer_encoding()
                               + " is not accepted: send the file as binary, 7bit or 8bit");
    default:
      return answer_detail(res, 400, failure_of(reader.fault()).text);
  }
}

/// Takes the body to its end through `reader` into `pipe`. False when the
/// request is answered already.
bool stream_file(exchange& x, multipart_reader& reader, upload_pipe& pipe) {
  std::string bytes;
  while (true) {
    bytes.clear();
    const auto result = x.body.read_body(bytes);
    if (result == body_result::end)
      return true;
    if (result != body_result::bytes) {
      pipe.failed_because(failure_of(result));
      answer_broken_body(x.response, result);
      return false;
    }
    if (!reader.push(bytes, pipe.block())) {
      pipe.failed_because(failure_of(reader.fault()));
      answer_form_fault(x.response, reader);
      return false;
    }
    if (const auto problem = pipe.pump()) {
      pipe.failed_because(domain::failure_of(problem));
      answer_upload_error(x.response, problem);
      return false;
    }
  }
}

/// Takes the file to its end and answers.
void receive(exchange& x, const api_context& api, multipart_reader& reader, upload_pipe& pipe) {
  x.body.begin_body(upload_limits(api.options));
  if (!stream_file(x, reader, pipe))
    return;
  if (!reader.complete()) {
    pipe.failed_because({"form_invalid", "the multipart body has no last boundary"});
    return answer_detail(x.response, 400, "the multipart body has no last boundary");
  }
  if (!reader.field_seen())
    return answer_no_file(x.response);
  const auto report = pipe.finish();
  if (!report) {
    pipe.failed_because(domain::failure_of(report.error()));
    return answer_upload_error(x.response, report.error());
  }
  x.made = std::to_string(report->upload_id);
  x.rows = report->accepted;
  answer_json(x.response, 201, report_json(*report));
}

void take_upload(exchange& x, const api_context& api, std::string_view boundary,
                 domain::text_encoding encoding) {
  multipart_reader reader{boundary, std::string{field_name}};
  upload_pipe pipe{*api.front, api.options.publish_wait, {encoding, client_trace(x.request)}};
  receive(x, api, reader, pipe);
  const auto id = pipe.upload_id();
  if (id == 0)
    return;
  // Rows that came in before an upload broke off count too.
  x.made = std::to_string(id);
  if (const auto seen = api.front->ask<actors::upload_found>(actors::find_upload{id}))
    x.rows = seen->upload.accepted;
}

} // namespace

void post_batch(exchange& x, const api_context& api) {
  const auto boundary = multipart_boundary(x.request.find_header("Content-Type").value_or(""));
  if (!boundary)
    return answer_no_file(x.response);
  if (boundary->empty())
    return answer_detail(x.response, 400, "multipart body without a boundary");
  if (x.request.content_length.value_or(0) > api.options.upload_max_bytes)
    return answer_broken_body(x.response, body_result::too_large);
  const auto name = x.request.find_query("encoding").value_or("utf-8");
  const auto encoding = domain::parse_text_encoding(name);
  if (!encoding)
    return answer_faults(x.response,
                         {{"literal_error",
                           {"query", "encoding"},
                           "Input should be " + std::string{domain::text_encoding_names},
                           json::text_value(name)}});
  const upload_slots::place place{*api.uploads};
  if (!place.taken())
    return answer_unavailable(x.response, "too many uploads at once, try again later");
  take_upload(x, api, *boundary, *encoding);
}

} // namespace bankslip::http
