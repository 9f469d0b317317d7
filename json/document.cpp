#include "json/document.hpp"

#include <algorithm>
#include <utility>

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "domain/text/parse.hpp"
#include "domain/text/utf8.hpp"

namespace bankslip::json {

/// Takes RapidJSON's events into the nodes of a document.
class builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, builder> {
public:
  builder(document& out, const rapidjson::MemoryStream& at) : out_{out}, at_{at} {}

  bool too_deep() const noexcept { return open_.size() >= document::max_depth; }

  bool Null() { return add(kind::null); }
  bool Bool(bool) { return add(kind::boolean); }
  bool RawNumber(const char* s, rapidjson::SizeType n, bool) { return add(kind::number, {s, n}); }
  bool String(const char* s, rapidjson::SizeType n, bool) { return add(kind::text, {s, n}); }
  bool Key(const char* s, rapidjson::SizeType n, bool) {
    name_ = keep({s, n});
    end_ = at_.Tell();
    return true;
  }
  bool StartObject() { return open(kind::object); }
  bool StartArray() { return open(kind::array); }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool EndArray(rapidjson::SizeType) { return close(); }

private:
  document::extent keep(std::string_view text) {
    document::extent p{out_.texts_.size(), text.size()};
    out_.texts_.append(text);
    return p;
  }

  /// Where the value begins that follows what was read last.
  std::size_t next_token() const {
    return std::min(out_.source_.find_first_not_of(" \t\r\n,:", end_), out_.source_.size());
  }

  document::node& push(kind k) {
    document::node n;
    n.kind = k;
    n.name = std::exchange(name_, {});
    n.source.begin = next_token();
    n.next = out_.nodes_.size() + 1;
    return out_.nodes_.emplace_back(n);
  }

  bool add(kind k, std::string_view text = {}) {
    auto kept = keep(text);
    auto& n = push(k);
    n.text = kept;
    end_ = at_.Tell();
    n.source.size = end_ - n.source.begin;
    return true;
  }

  bool open(kind k) {
    if (too_deep())
      return false;
    open_.push_back(out_.nodes_.size());
    end_ = push(k).source.begin + 1;
    return true;
  }

  // The closing bracket is still to be taken.
  bool close() {
    auto& n = out_.nodes_[open_.back()];
    open_.pop_back();
    end_ = at_.Tell() + 1;
    n.source.size = end_ - n.source.begin;
    n.next = out_.nodes_.size();
    return true;
  }

  document& out_;
  const rapidjson::MemoryStream& at_;
  std::vector<std::size_t> open_;
  document::extent name_;
  std::size_t end_ = 0;
};

document::document(std::string_view source) : source_{source} {
  if (!domain::is_clean_utf8(source)) {
    while (source[fault_at_] != '\0' && domain::character_size(source, fault_at_) > 0)
      fault_at_ += domain::character_size(source, fault_at_);
    fault_ = "must be UTF-8 without NUL";
    return;
  }
  constexpr auto flags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
  rapidjson::MemoryStream bytes{source.data(), source.size()};
  builder handler{*this, bytes};
  rapidjson::Reader reader;
  const auto result = reader.Parse<flags>(bytes, handler);
  if (!result.IsError())
    return;
  fault_ = handler.too_deep() ? "nested deeper than " + std::to_string(max_depth) + " levels"
                              : rapidjson::GetParseError_En(result.Code());
  fault_at_ = result.Offset();
  nodes_.clear();
}

json::kind value::kind() const noexcept {
  return document_ ? document_->nodes_[index_].kind : kind::absent;
}

std::string_view value::text() const noexcept {
  return document_ ? document_->kept(document_->nodes_[index_].text) : std::string_view{};
}

std::string_view value::name() const noexcept {
  return document_ ? document_->kept(document_->nodes_[index_].name) : std::string_view{};
}

std::string_view value::json() const noexcept {
  if (!document_)
    return {};
  const auto& source = document_->nodes_[index_].source;
  return document_->source_.substr(source.begin, source.size);
}

namespace {

template <class Number>
std::optional<Number> read_whole(const value& v) noexcept {
  return v.is(kind::number) ? domain::parse_whole<Number>(v.text()) : std::nullopt;
}

} // namespace

std::optional<std::int64_t> value::integer() const noexcept {
  return read_whole<std::int64_t>(*this);
}
std::optional<double> value::number() const noexcept { return read_whole<double>(*this); }

value value::operator[](std::string_view name) const noexcept {
  if (is(kind::object))
    for (auto member : *this)
      if (member.name() == name)
        return member;
  return {};
}

std::vector<std::string_view> value::names_given_twice() const {
  std::vector<std::string_view> names;
  std::vector<std::string_view> twice;
  if (is(kind::object))
    for (auto member : *this)
      names.push_back(member.name());
  std::sort(names.begin(), names.end());
  for (std::size_t i = 1; i < names.size(); ++i)
    if (names[i] == names[i - 1] && (twice.empty() || twice.back() != names[i]))
      twice.push_back(names[i]);
  return twice;
}

value::iterator& value::iterator::operator++() noexcept {
  index_ = document_->nodes_[index_].next;
  return *this;
}

value::iterator value::begin() const noexcept {
  const bool holds = is(kind::object) || is(kind::array);
  return holds ? iterator{document_, index_ + 1} : end();
}

value::iterator value::end() const noexcept {
  return {document_, document_ ? document_->nodes_[index_].next : 0};
}

} // namespace bankslip::json
