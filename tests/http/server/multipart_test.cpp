#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

#include "http/server/multipart.hpp"

using namespace bankslip::http;

BOOST_AUTO_TEST_SUITE(multipart_test)

namespace {

const std::string body =
    "preamble\r\n--B\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n"
    "not this\r\n--B \r\ncontent-disposition:form-data; filename=\"a;b\\\".csv\";"
    " name=file\r\nContent-Type: text/csv\r\n\r\na,b\r\n--Bogus is data? no\r\n"
    "\r\n--\r\n-\r\r\n--B\r\nContent-Disposition: form-data; name=\"last\"\r\n\r\n"
    "nor this\r\n--B--\r\nepilogue";

/// Without the line that looks like a boundary.
std::string fair() {
  auto text = body;
  text.replace(text.find("--Bogus"), 3, "--X");
  return text;
}

/// The fault of a body whose part `file` has these headers, cut anywhere.
multipart_fault fault_of(const std::string& parts) {
  std::optional<multipart_fault> found;
  const auto text = "--B\r\n" + parts + "\r\n--B--\r\n";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    multipart_reader r{"B", "file"};
    std::string out;
    (void)(r.push(text.substr(0, cut), out) && r.push(text.substr(cut), out));
    BOOST_TEST((!found || *found == r.fault()));
    found = r.fault();
  }
  return *found;
}

const std::string file_part = "Content-Disposition: form-data; name=\"file\"\r\n";

constexpr std::string_view content = "a,b\r\n--Xogus is data? no\r\n\r\n--\r\n-\r";

bool taken(std::string_view text, std::string& out) {
  multipart_reader r{"B", "file"};
  return r.push(text, out) && r.complete();
}

} // namespace

BOOST_AUTO_TEST_CASE(a_body_cut_anywhere_gives_the_file) {
  const auto text = fair();
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    multipart_reader r{"B", "file"};
    std::string out;
    BOOST_TEST(r.push(std::string_view{text}.substr(0, cut), out));
    BOOST_TEST(r.push(std::string_view{text}.substr(cut), out));
    BOOST_TEST(out == content);
    BOOST_TEST(r.complete());
    BOOST_TEST(r.field_seen());
  }
}

BOOST_AUTO_TEST_CASE(a_body_in_single_bytes_gives_the_file) {
  multipart_reader r{"B", "file"};
  std::string out;
  for (const auto c : fair())
    BOOST_TEST(r.push({&c, 1}, out));
  BOOST_TEST(out == content);
  BOOST_TEST(r.complete());
}

BOOST_AUTO_TEST_CASE(a_part_that_comes_in_one_large_block_is_taken) {
  const std::string file(100'000, 'x');
  std::string out;
  BOOST_TEST(
      taken("--B\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n" + file + "\r\n--B--\r\n",
            out));
  BOOST_TEST(out == file);
}

BOOST_AUTO_TEST_CASE(the_last_boundary_needs_no_line_end) {
  std::string out;
  BOOST_TEST(taken("--B\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--B--", out));
  BOOST_TEST(out == "x");
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_seen) {
  multipart_reader r{"B", "file"};
  std::string out;
  BOOST_TEST(
      r.push("--B\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n\r\n--B--\r\n", out));
  BOOST_TEST(r.complete());
  BOOST_TEST(r.field_seen());
  BOOST_TEST(out.empty());
}

BOOST_AUTO_TEST_CASE(a_missing_last_boundary_leaves_it_incomplete) {
  std::string out;
  BOOST_TEST(!taken("--B\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--B", out));
  BOOST_TEST(!taken("--B\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx", out));
  BOOST_TEST(!taken("no boundary at all", out));
}

BOOST_AUTO_TEST_CASE(a_second_part_with_the_name_is_a_fault) {
  const auto second = "\r\nx\r\n--B\r\n" + file_part + "\r\ny";
  BOOST_TEST(fault_of(file_part + second) == multipart_fault::repeated_field);
  BOOST_TEST(fault_of(file_part + "\r\n\r\n--B\r\n" + file_part + "\r\n")
             == multipart_fault::repeated_field);
  const std::string other = "Content-Disposition: form-data; name=\"other\"\r\n";
  BOOST_TEST(fault_of(other + second) == multipart_fault::none);
  BOOST_TEST(
      (fault_of(file_part + "\r\nx\r\n--B\r\n" + other + "\r\ny\r\n--B\r\n" + other + "\r\nz")
       == multipart_fault::none));
}

BOOST_AUTO_TEST_CASE(a_transfer_encoding_that_changes_bytes_is_a_fault) {
  const std::string name = "Content-Transfer-Encoding: ";
  for (const auto* plain : {"binary", "7bit", "8bit", "Binary", "8BIT", " 7bit ", "\r\n 8bit"})
    BOOST_TEST(fault_of(name + plain + "\r\n" + file_part + "\r\nx") == multipart_fault::none);
  for (const auto* wrong : {"base64", "quoted-printable", "BASE64", "x-uuencode", "", "7 bit",
                            "binary;q=1", "\r\n\tbase64", "utf-8", "gzip"}) {
    BOOST_TEST(
        (fault_of(name + wrong + "\r\n" + file_part + "\r\nx") == multipart_fault::encoded_field));
    BOOST_TEST(
        (fault_of(file_part + name + wrong + "\r\n\r\nx") == multipart_fault::encoded_field));
  }
  const std::string other = "Content-Disposition: form-data; name=\"other\"\r\n";
  BOOST_TEST(fault_of(other + name + "base64\r\n\r\nx\r\n--B\r\n" + file_part + "\r\ny")
             == multipart_fault::none);
}

BOOST_AUTO_TEST_CASE(folded_headers_of_a_part_are_read) {
  for (const auto* headers :
       {"Content-Disposition: form-data;\r\n name=\"file\"\r\n",
        "Content-Disposition: form-data;\r\n\tname=\"file\"\r\n",
        "Content-Disposition:\r\n form-data;\r\n name=\"file\";\r\n filename=\"a.csv\"\r\n",
        "Content-Disposition: form-data\r\n ; name=file\r\n",
        "Content-Type: text/csv;\r\n charset=utf-8\r\nContent-Disposition: form-data;\r\n   "
        "filename=\"debts.csv\";\r\n   name=\"file\"\r\n",
        "content-disposition: form-data; name=\"file\"; filename=\"a\r\n b.csv\"\r\n",
        "X: y\r\n name=\"other\"\r\nContent-Disposition: form-data; name=file\r\n",
        "Content-Disposition: form-data; filename=a.csv;\r\n\t \r\n name=file\r\n",
        "Content-Disposition: form-data; name=file\r\n ; filename=\"name=other\"\r\n",
        "Content-Disposition : form-data; name=\"file\"\r\n"}) {
    std::string out;
    BOOST_TEST(taken(std::string{"--B\r\n"} + headers + "\r\na,b\r\n--B--\r\n", out), headers);
    BOOST_TEST(out == "a,b", headers);
  }
}

BOOST_AUTO_TEST_CASE(rubbish_after_a_boundary_is_malformed) {
  multipart_reader r{"B", "file"};
  std::string out;
  BOOST_TEST(!r.push(body, out));
  BOOST_TEST(!r.push("more", out));
}

BOOST_AUTO_TEST_CASE(endless_part_headers_are_malformed) {
  multipart_reader r{"B", "file"};
  std::string out;
  BOOST_TEST(!r.push("--B\r\nA: " + std::string(9000, 'x'), out));
}

BOOST_AUTO_TEST_CASE(a_field_of_another_disposition_is_not_taken) {
  std::string out;
  BOOST_TEST(taken("--B\r\nContent-Disposition: attachment; name=\"file\"\r\n\r\nx\r\n--B--", out));
  BOOST_TEST(out.empty());
}

BOOST_AUTO_TEST_CASE(the_boundary_is_read_from_the_content_type) {
  BOOST_TEST(multipart_boundary("multipart/form-data; boundary=abc").value() == "abc");
  BOOST_TEST(multipart_boundary("Multipart/Form-Data; x=y; Boundary=\"a b;c\"").value() == "a b;c");
  BOOST_TEST(multipart_boundary("multipart/form-data").value() == "");
  BOOST_TEST(multipart_boundary("multipart/form-data; boundary=" + std::string(71, 'a')).value()
             == "");
  BOOST_TEST(!multipart_boundary("text/csv; boundary=abc"));
  BOOST_TEST(!multipart_boundary(""));
}

BOOST_AUTO_TEST_SUITE_END()
