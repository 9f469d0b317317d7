#include <algorithm>
#include <array>

#include "domain/boleto/digits.hpp"
#include "domain/boleto/pix.hpp"
#include "domain/boleto/pix_tags.hpp"
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
  explicit reader(pix_reading& out) : out_{out} {}

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
      auto begin = pos += 4;
      for (int i = 0; i < *size; ++i) {
        if (pos == code.size() || next_character(code, pos) == replacement_character) {
          fail("tag " + name_of(*id) + inside + ": ends before its length of "
               + std::to_string(*size) + " characters of UTF-8");
          return false;
        }
      }
      tags.push_back({*id, code.substr(begin, pos - begin), static_cast<std::size_t>(*size)});
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
    if (crc->value != want)
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

  void read_account(const std::vector<tag>& tags) {
    std::vector<std::pair<std::string, std::vector<tag>>> found;
    for (auto& t : tags)
      if (t.id >= pix::account && t.id <= pix::last_account && is_pix(t.value)) {
        auto inside = name_of(t.id) + ".";
        std::vector<tag> parts;
        if (!split(t.value, " inside tag " + name_of(t.id), parts))
          return;
        found.emplace_back(std::move(inside), std::move(parts));
      }
    if (found.size() != 1)
      return fail("tags 26 to 51: must hold exactly one account of br.gov.bcb.pix, there are "
                  + std::to_string(found.size()));
    auto& [inside, parts] = found.front();
    find(parts, pix::gui, inside);
    out_.key = text(parts, pix::key, inside, pix::max_key, false);
    out_.url = text(parts, pix::url, inside, pix::max_key, false);
    out_.description = text(parts, pix::description, inside, pix::max_description, false);
    if (out_.key.empty() == out_.url.empty())
      fail("tag " + inside + "01 (key) or " + inside + "25 (URL): exactly one must be there");
    auto* provider = find(parts, pix::withdraw_provider, inside);
    if (provider && (provider->value.size() != 8 || !all_digits(provider->value)))
      fail("tag " + inside + "03: must be 8 digits");
    out_.dynamic = !out_.url.empty();
  }

  // Whether the account `value` begins with the name of Pix.
  static bool is_pix(std::string_view value) noexcept {
    constexpr std::string_view head = "0014";
    if (value.size() < head.size() + pix::gui_name.size() || !value.starts_with(head))
      return false;
    auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
    return std::equal(pix::gui_name.begin(), pix::gui_name.end(), value.begin() + head.size(),
                      [same](char want, char is) { return same(is, want); });
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
    if (!pix::is_txid(id->value, max))
      return fail("tag 62.05: the txid must be 1 to " + std::to_string(max)
                  + " of A-Z, a-z, 0-9, or ***");
    out_.txid = id->value;
  }

  pix_reading& out_;
};

} // namespace

pix_reading read_pix(std::string_view code) {
  pix_reading result;
  reader{result}.read(code);
  return result;
}

bool looks_like_pix(std::string_view text) noexcept { return text.starts_with("0002"); }

} // namespace bankslip::domain
