#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Tags and limits of the Pix BR Code.
namespace bankslip::domain::pix {

constexpr int format = 0;
constexpr int initiation = 1;
/// Accounts stand in 26 to 51; Pix is the one with its GUI, usually 26.
constexpr int account = 26;
constexpr int last_account = 51;
constexpr int category = 52;
constexpr int currency = 53;
constexpr int amount = 54;
constexpr int country = 58;
constexpr int name = 59;
constexpr int city = 60;
constexpr int postal_code = 61;
constexpr int additional = 62;
constexpr int crc = 63;
/// Templates that anyone may use: Pix puts recurrences there, usually in 80.
constexpr int unreserved = 80;
constexpr int last_unreserved = 99;

/// Inside an account.
constexpr int gui = 0;
constexpr int key = 1;
constexpr int description = 2;
constexpr int withdraw_provider = 3;
constexpr int url = 25;

/// Inside `additional`.
constexpr int txid = 5;

constexpr std::string_view gui_name = "br.gov.bcb.pix";
constexpr std::string_view no_txid = "***";
constexpr std::size_t max_key = 77;
constexpr std::size_t max_description = 72;
constexpr std::size_t max_name = 25;
constexpr std::size_t max_city = 15;
constexpr std::size_t max_postal_code = 10;
constexpr std::size_t max_amount_text = 13;
constexpr std::size_t max_static_txid = 25;
constexpr std::size_t max_dynamic_txid = 35;
/// Longest code, as EMV advises.
constexpr std::size_t max_code = 512;

/// Whether `text` is 1 to `max` of [A-Za-z0-9].
bool is_txid(std::string_view text, std::size_t max) noexcept;

/// CRC of `bytes` as it is written: four upper-case hex digits.
std::string crc_text(std::string_view bytes);

} // namespace bankslip::domain::pix
