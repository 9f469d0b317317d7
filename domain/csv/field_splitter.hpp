#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "domain/csv/byte_search.hpp"
#include "domain/text/utf8.hpp"

namespace bankslip::domain {

/// Walks over the fields of one row; blanks around a field are no part of it.
/// `scratch` takes the fields that must be
/// copied because a doubled quote stands in them.
class field_splitter {
public:
  field_splitter(std::string_view row, char separator, std::string& scratch) noexcept
      : row_{row}, separator_{separator}, scratch_{scratch} {
    scratch_.clear();
  }

  /// Takes the next field. False at the end of the row and at a fault.
  bool next(std::string_view& field) {
    if (at_end_)
      return false;
    auto begin = after_blanks(at_);
    if (begin < row_.size() && row_[begin] == '"')
      return next_quoted(begin, field);
    auto end = find_near(row_, at_, separator_);
    field = without_blanks(row_.substr(at_, end - at_));
    advance(end);
    return true;
  }

  /// Fields taken.
  std::size_t count() const noexcept { return count_; }

  /// Why `next` gave up; null at the end of the row.
  const char* fault() const noexcept { return fault_; }

private:
  bool next_quoted(std::size_t quote, std::string_view& field);

  /// The first place from `at` on without a blank; a separator is none.
  std::size_t after_blanks(std::size_t at) const noexcept {
    while (at < row_.size() && row_[at] != separator_) {
      if (row_[at] == ' ' || row_[at] == '\t')
        ++at;
      else if (row_[at] == '\xC2' && at + 1 < row_.size() && row_[at + 1] == '\xA0')
        at += 2;
      else
        break;
    }
    return at;
  }

  void advance(std::size_t end) noexcept {
    ++count_;
    at_end_ = end >= row_.size();
    at_ = end + 1;
  }

  bool give_up(const char* why) noexcept {
    fault_ = why;
    at_end_ = true;
    return false;
  }

  std::string_view row_;
  char separator_;
  std::string& scratch_;
  std::size_t at_ = 0;
  std::size_t count_ = 0;
  bool at_end_ = false;
  const char* fault_ = nullptr;
};

} // namespace bankslip::domain
