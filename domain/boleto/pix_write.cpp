#include <algorithm>

#include "domain/boleto/pix.hpp"
#include "domain/boleto/pix_tags.hpp"
#include "domain/crypto.hpp"
#include "domain/error.hpp"
#include "domain/text/ascii.hpp"

namespace bankslip::domain {

namespace {

constexpr std::size_t hashed_txid_size = 25;

void append_tag(std::string& out, int id, std::string_view value) {
  auto two = [&out](std::size_t n) {
    out.push_back(static_cast<char>('0' + n / 10));
    out.push_back(static_cast<char>('0' + n % 10));
  };
  two(static_cast<std::size_t>(id));
  two(value.size());
  out.append(value);
}

bool is_key(std::string_view key) noexcept {
  return !key.empty() && key.size() <= pix::max_key
         && std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

caf::error refuse(const char* text) { return make_error(errc::invalid_input, text); }

std::string hashed_txid(std::string_view debt_id) {
  auto digest = sha256(debt_id);
  std::string txid(hashed_txid_size, '0');
  // Long division of the 128 bits by 36, a digit at a time.
  for (auto place = txid.rbegin(); place != txid.rend(); ++place) {
    unsigned rest = 0;
    for (int i = 0; i < 16; ++i) {
      unsigned part = rest << 8 | digest[i];
      digest[i] = static_cast<std::uint8_t>(part / 36);
      rest = part % 36;
    }
    *place = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[rest];
  }
  return txid;
}

} // namespace

std::uint16_t crc16(std::string_view bytes) noexcept {
  std::uint16_t crc = 0xffff;
  for (char c : bytes) {
    crc ^= static_cast<std::uint16_t>(static_cast<std::uint8_t>(c) << 8);
    for (int i = 0; i < 8; ++i)
      crc = static_cast<std::uint16_t>(crc << 1 ^ (crc & 0x8000 ? 0x1021 : 0));
  }
  return crc;
}

caf::expected<std::string> encode_pix(const static_pix& p) {
  if (!is_key(p.key))
    return refuse("Pix key: must be 1 to 77 printable ASCII characters");
  auto name = to_upper_ascii(p.name, pix::max_name);
  auto city = to_upper_ascii(p.city, pix::max_city);
  if (name.empty() || city.empty())
    return refuse("beneficiary: name and city must have letters or digits for the Pix code");
  if (p.amount && (p.amount->cents < 0 || *p.amount > max_amount))
    return refuse("amount: must be 0 to 9999999999 cents");
  if (!p.txid.empty() && !pix::is_txid(p.txid, pix::max_static_txid))
    return refuse("txid: must be 1 to 25 of A-Z, a-z, 0-9");
  std::string account;
  append_tag(account, pix::gui, pix::gui_name);
  append_tag(account, pix::key, p.key);
  std::string code;
  append_tag(code, pix::format, "01");
  append_tag(code, pix::account, account);
  append_tag(code, pix::category, "0000");
  append_tag(code, pix::currency, "986");
  if (p.amount)
    append_tag(code, pix::amount, format_decimal(*p.amount));
  append_tag(code, pix::country, "BR");
  append_tag(code, pix::name, name);
  append_tag(code, pix::city, city);
  std::string additional;
  append_tag(additional, pix::txid, p.txid.empty() ? pix::no_txid : std::string_view{p.txid});
  append_tag(code, pix::additional, additional);
  code.append("6304");
  return code.append(pix::crc_text(code));
}

std::string txid_of(std::string_view debt_id) {
  return pix::is_txid(debt_id, pix::max_static_txid) ? std::string{debt_id} : hashed_txid(debt_id);
}

caf::expected<std::string> builtin_pix(const debt& d, const beneficiary& to) {
  if (to.pix_key.empty())
    return std::string{};
  return encode_pix({to.pix_key, to.name, to.city, d.amount, txid_of(d.debt_id)});
}

} // namespace bankslip::domain
