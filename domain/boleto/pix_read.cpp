#include <algorithm>
#include <array>

#include "domain/boleto/digits.hpp"
#include "domain/boleto/pix.hpp"
#include "domain/boleto/pix_tags.hpp"
#include "domain/text/ascii.hpp"
#include "domain/text/utf8.hpp"

namespace bankslip::domain {

namespace {

constexpr std::size_t tail_size = 8; // "6304" and the CRC

/// A piece of the code: two digits of tag, two of length, the value.
struct tag {
  int id;
  std::string_view value;
  /// What `value` has, and its length counts.
  std::size_t characters;
};

std::optional<int> two_digits(std::string_view text) noexcept {
  if (text.size() < 2 || !all_digits(text.substr(0, 2)))
    return std::nullopt;
  return (text[0] - '0') * 10 + (text[1] - '0');
}

std::string name_of(int id) {
  return {static_cast<char>('0' + id / 10), static_cast<char>('0' + id % 10)};
}

class reader {
public:
  reader(pix_reading& out, bool counts_bytes) : out_{out}, counts_bytes_{counts_bytes} {}

  void read(std::string_view code) {
    if (code.size() > pix::max_code)
      return fail("is longer than 512 bytes");
    std::vector<tag> tags;
    if (!split(code, "", tags))
      return;
    check_frame(code, tags);
    exactly(tags, pix::currency, "986", "the real");
    exactly(tags, pix::country, "BR", "Brazil");
    read_initiation(tags);
    read_account(tags);
    read_amount(tags);
    read_category(tags);
    out_.name = text(tags, pix::name, "", pix::max_name, true);
    out_.city = text(tags, pix::city, "", pix::max_city, true);
    out_.postal_code = text(tags, pix::postal_code, "", pix::max_postal_code, false);
    read_txid(tags);
  }

private:
  void fail(std::string what) { out_.errors.push_back(std::move(what)); }

  // Where `size` characters from `begin` on end.
  std::optional<std::size_t> end_of(std::string_view code, std::size_t begin, int size) const {
    auto pos = begin;
    for (; size > 0 && pos < code.size(); --size) {
      if (counts_bytes_)
        ++pos;
      else if (next_character(code, pos) == replacement_character)
        return std::nullopt;
    }
    return size == 0 ? std::optional{pos} : std::nullopt;
  }

  // Cuts `code` into tags; false after an error that names the place.
  bool split(std::string_view code, const std::string& inside, std::vector<tag>& tags) {
    for (std::size_t pos = 0; pos < code.size();) {
      auto id = two_digits(code.substr(pos));
      auto size = id ? two_digits(code.substr(pos + 2 > code.size() ? code.size() : pos + 2))
                     : std::nullopt;
      if (!size) {
        fail("byte " + std::to_string(pos) + inside + ": no tag of two digits and length of two");
        return false;
      }
      pos += 4;
      auto end = end_of(code, pos, *size);
      if (!end) {
        fail("tag " + name_of(*id) + inside + ": ends before its length of " + std::to_string(*size)
             + " characters of UTF-8");
        return false;
      }
      auto value = code.substr(pos, *end - pos);
      tags.push_back({*id, value, count_characters(value).value_or(value.size())});
      pos = *end;
    }
    return true;
  }

  // The only tag `id`; an error when there are several.
  const tag* find(const std::vector<tag>& tags, int id, const std::string& inside) {
    auto is = [id](const tag& t) { return t.id == id; };
    if (std::count_if(tags.begin(), tags.end(), is) > 1)
      fail("tag " + inside + name_of(id) + ": stands more than once");
    auto i = std::find_if(tags.begin(), tags.end(), is);
    return i == tags.end() ? nullptr : &*i;
  }

  std::string text(const std::vector<tag>& tags, int id, const std::string& inside, std::size_t max,
                   bool required) {
    auto* t = find(tags, id, inside);
    if (!t) {
      if (required)
        fail("tag " + inside + name_of(id) + ": is missing");
      return {};
    }
    if (t->characters < 1 || t->characters > max)
      fail("tag " + inside + name_of(id) + ": must have 1 to " + std::to_string(max)
           + " characters");
    return std::string{t->value};
  }

  void exactly(const std::vector<tag>& tags, int id, std::string_view want, const char* why) {
    auto* t = find(tags, id, "");
    if (!t || t->value != want)
      fail("tag " + name_of(id) + ": must be " + std::string{want} + " (" + why + ")");
  }

  void check_frame(std::string_view code, const std::vector<tag>& tags) {
    exactly(tags, pix::format, "01", "payload format");
    if (tags.empty() || tags.front().id != pix::format)
      fail("tag 00: must be the first");
    auto* crc = find(tags, pix::crc, "");
    if (!crc || &tags.back() != crc || crc->characters != 4) {
      fail("tag 63: the CRC must be the last tag and have 4 characters");
      return;
    }
    auto want = pix::crc_text(code.substr(0, code.size() - tail_size + 4));
    if (!same_text(crc->value, want))
      fail("tag 63: the CRC is " + std::string{crc->value} + " but must be " + want);
  }

  void read_initiation(const std::vector<tag>& tags) {
    auto* t = find(tags, pix::initiation, "");
    if (t && t->value != "11" && t->value != "12")
      fail("tag 01: must be 11 (may be paid again) or 12 (once)");
    out_.single_use = t && t->value == "12";
  }

  void read_category(const std::vector<tag>& tags) {
    out_.category = text(tags, pix::category, "", 4, true);
    if (!out_.category.empty() && (out_.category.size() != 4 || !all_digits(out_.category)))
      fail("tag 52: must be 4 digits");
  }

  struct account {
    /// "26.", as it stands in errors.
    std::string inside;
    std::vector<tag> parts;
  };

  // The templates of Pix among the tags `first` to `last`; nothing after an error.
  std::optional<std::vector<account>> accounts(const std::vector<tag>& tags, int first, int last) {
    std::vector<account> found;
    for (auto& t : tags)
      if (t.id >= first && t.id <= last && is_pix(t.value)) {
        found.push_back({name_of(t.id) + ".", {}});
        if (!split(t.value, " inside tag " + name_of(t.id), found.back().parts))
          return std::nullopt;
        find(found.back().parts, pix::gui, found.back().inside);
      }
    return found;
  }

  std::string address(const account& a, bool required) {
    auto url = text(a.parts, pix::url, a.inside, pix::max_key, required);
    if (url.find("://") != std::string::npos)
      fail("tag " + a.inside + "25: the URL must stand without https://");
    return url;
  }

  void read_account(const std::vector<tag>& tags) {
    auto found = accounts(tags, pix::account, pix::last_account);
    auto recurring = accounts(tags, pix::unreserved, pix::last_unreserved);
    if (!found || !recurring)
      return;
    if (found->size() > 1 || recurring->size() > 1 || found->size() + recurring->size() == 0)
      return fail("tags 26 to 51: must hold exactly one account of br.gov.bcb.pix, there are "
                  + std::to_string(found->size()));
    if (!recurring->empty())
      out_.recurrence_url = address(recurring->front(), true);
    if (!found->empty())
      read_payee(found->front(), !recurring->empty());
  }

  // A code that only asks for a recurrence names no payee.
  void read_payee(const account& a, bool optional) {
    out_.key = text(a.parts, pix::key, a.inside, pix::max_key, false);
    out_.url = address(a, false);
    out_.description = text(a.parts, pix::description, a.inside, pix::max_description, false);
    if (out_.key.empty() == out_.url.empty() && !(optional && out_.key.empty()))
      fail("tag " + a.inside + "01 (key) or " + a.inside + "25 (URL): exactly one must be there");
    auto* provider = find(a.parts, pix::withdraw_provider, a.inside);
    if (provider && (provider->value.size() != 8 || !all_digits(provider->value)))
      fail("tag " + a.inside + "03: must be 8 digits");
    out_.dynamic = !out_.url.empty();
  }

  // Whether the account `value` begins with the name of Pix.
  static bool is_pix(std::string_view value) noexcept {
    constexpr std::string_view head = "0014";
    return value.starts_with(head)
           && same_text(value.substr(head.size(), pix::gui_name.size()), pix::gui_name);
  }

  // No sign, no leading zeros, at most two digits behind a point that has some.
  void read_amount(const std::vector<tag>& tags) {
    auto* t = find(tags, pix::amount, "");
    if (!t)
      return;
    auto point = t->value.find('.');
    auto whole = t->value.substr(0, point);
    auto fraction =
        point == std::string_view::npos ? "00" : std::string{t->value.substr(point + 1)};
    if (t->value.size() > pix::max_amount_text || !all_digits(whole)
        || (whole.size() > 1 && whole[0] == '0') || !all_digits(fraction) || fraction.size() > 2)
      return fail("tag 54: must be an amount such as 10, 10.5 or 10.00, at most 13 characters");
    fraction.resize(2, '0');
    std::int64_t cents = 0;
    for (char c : std::string{whole} + fraction)
      cents = cents * 10 + (c - '0');
    out_.amount = money{cents};
  }

  void read_txid(const std::vector<tag>& tags) {
    auto* t = find(tags, pix::additional, "");
    std::vector<tag> parts;
    if (!t || !split(t->value, " inside tag 62", parts))
      return;
    auto* id = find(parts, pix::txid, "62.");
    if (!id || id->value == pix::no_txid)
      return;
    auto max = out_.dynamic ? pix::max_dynamic_txid : pix::max_static_txid;
    std::string plain{id->value};
    auto hyphens = std::erase(plain, '-');
    if (!pix::is_txid(plain, max) || id->value.size() > max)
      return fail("tag 62.05: the txid must be 1 to " + std::to_string(max)
                  + " of A-Z, a-z, 0-9, or ***");
    if (hyphens != 0)
      out_.warnings.emplace_back("tag 62.05: a txid has no hyphens by the central bank's manual");
    out_.txid = id->value;
  }

  pix_reading& out_;
  const bool counts_bytes_;
};

} // namespace

pix_reading read_pix(std::string_view code) {
  pix_reading result;
  reader{result, false}.read(code);
  if (result.valid() || is_ascii(code))
    return result;
  pix_reading by_bytes;
  reader{by_bytes, true}.read(code);
  if (by_bytes.valid())
    result.errors = {"the lengths count bytes of UTF-8, but must count characters: a letter with "
                     "an accent is one"};
  return result;
}

bool looks_like_pix(std::string_view text) noexcept { return text.starts_with("0002"); }

} // namespace bankslip::domain
