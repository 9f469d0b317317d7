#include <array>
#include <charconv>
#include <string_view>
#include <vector>

#include "cli/generate_command.hpp"
#include "domain/debt_fields.hpp"
#include "domain/text/hex.hpp"
#include "domain/time.hpp"

namespace bankslip::cli {

namespace {

/// A name as it is written and as it stands in an e-mail address: given names
/// by their initial.
struct name_part {
  std::string_view written;
  std::string_view ascii;
};

constexpr std::array given_names = {
    name_part{"Ana Beatriz", "a"},    name_part{"João", "j"},    name_part{"Maria Eduarda", "m"},
    name_part{"José Carlos", "j"},    name_part{"Antônio", "a"}, name_part{"Luísa", "l"},
    name_part{"Lucas", "l"},          name_part{"Cecília", "c"}, name_part{"Gabriel", "g"},
    name_part{"Heloísa", "h"},        name_part{"Miguel", "m"},  name_part{"Júlia", "j"},
    name_part{"Rafael", "r"},         name_part{"Letícia", "l"}, name_part{"Thiago", "t"},
    name_part{"Vitória", "v"},        name_part{"Fábio", "f"},   name_part{"Larissa", "l"},
    name_part{"Sérgio", "s"},         name_part{"Camila", "c"},  name_part{"Vinícius", "v"},
    name_part{"Fernanda", "f"},       name_part{"Álvaro", "a"},  name_part{"Patrícia", "p"},
    name_part{"Caio", "c"},           name_part{"Inês", "i"},    name_part{"Márcio", "m"},
    name_part{"Débora", "d"},         name_part{"Estêvão", "e"}, name_part{"Conceição", "c"},
    name_part{"Pedro Henrique", "p"}, name_part{"Yasmin", "y"},
};

constexpr std::array surnames = {
    name_part{"da Silva", "silva"},      name_part{"dos Santos", "santos"},
    name_part{"Oliveira", "oliveira"},   name_part{"Souza", "souza"},
    name_part{"Gonçalves", "goncalves"}, name_part{"Pereira", "pereira"},
    name_part{"Conceição", "conceicao"}, name_part{"Araújo", "araujo"},
    name_part{"Magalhães", "magalhaes"}, name_part{"Ribeiro", "ribeiro"},
    name_part{"Assunção", "assuncao"},   name_part{"Carvalho", "carvalho"},
    name_part{"de Almeida", "almeida"},  name_part{"Guimarães", "guimaraes"},
    name_part{"Nóbrega", "nobrega"},     name_part{"Barbosa", "barbosa"},
    name_part{"Simões", "simoes"},       name_part{"Teixeira", "teixeira"},
    name_part{"D'Ávila", "davila"},      name_part{"Moreira", "moreira"},
    name_part{"Falcão", "falcao"},       name_part{"Cavalcanti", "cavalcanti"},
    name_part{"Leitão", "leitao"},       name_part{"Nascimento", "nascimento"},
    name_part{"Müller", "muller"},       name_part{"Rocha", "rocha"},
    name_part{"Brandão", "brandao"},     name_part{"Vasconcelos", "vasconcelos"},
    name_part{"Paixão", "paixao"},       name_part{"Monteiro", "monteiro"},
    name_part{"Corrêa", "correa"},       name_part{"Albuquerque", "albuquerque"},
};

// Reserved names (RFC 2606): a message to one of them reaches nobody.
constexpr std::array<std::string_view, 3> hosts = {"example.com", "example.org", "example.net"};

// A mixer of 64 bits, one to one (the finalizer of SplitMix64).
constexpr std::uint64_t mix(std::uint64_t x) noexcept {
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

/// Takes numbers out of 64 random bits, the upper ones first.
class bits {
public:
  explicit bits(std::uint64_t value) noexcept : value_{value} {}

  std::uint64_t below(std::uint64_t n) noexcept {
    const auto taken = value_ % n;
    value_ /= n;
    return taken;
  }

private:
  std::uint64_t value_;
};

/// Due dates of four years, 2024 to 2027, as text.
const std::vector<std::string>& due_dates() {
  static const auto instance = [] {
    constexpr int days = 1461;
    std::vector<std::string> out;
    out.reserve(days);
    const auto first = std::chrono::sys_days{std::chrono::year{2024} / 1 / 1};
    for (int day = 0; day < days; ++day)
      out.push_back(domain::format_date(first + std::chrono::days{day}));
    return out;
  }();
  return instance;
}

template <std::size_t Digits>
void append_digits(std::string& out, std::uint64_t value) {
  std::array<char, Digits> text{};
  for (auto i = Digits; i-- > 0; value /= 10)
    text[i] = static_cast<char>('0' + value % 10);
  out.append(text.data(), text.size());
}

void append_number(std::string& out, std::uint64_t value) {
  std::array<char, 20> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

// CPF: nine digits and two check digits modulo 11 (Receita Federal, Instrução
// Normativa 1548/2015 and its predecessors).
void append_cpf(std::string& out, std::uint64_t nine_digits) {
  std::array<unsigned, 11> digit{};
  for (std::size_t i = 9; i-- > 0; nine_digits /= 10)
    digit[i] = static_cast<unsigned>(nine_digits % 10);
  for (std::size_t check = 9; check < 11; ++check) {
    unsigned sum = 0;
    for (std::size_t i = 0; i < check; ++i)
      sum += digit[i] * static_cast<unsigned>(check + 1 - i);
    digit[check] = sum * 10 % 11 % 10;
  }
  for (const auto d : digit)
    out += static_cast<char>('0' + d);
}

// Shaped as a UUID of version 4 (RFC 9562).
void append_uuid(std::string& out, std::uint64_t high, std::uint64_t low) {
  high = (high & ~std::uint64_t{0xF000}) | 0x4000u;
  low = (low & ~(std::uint64_t{3} << 62)) | std::uint64_t{2} << 62;
  std::array<char, 36> text{};
  std::size_t at = 0;
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20)
      text[at++] = '-';
    const auto half = nibble < 16 ? high : low;
    text[at++] = domain::hex_digits[half >> (60 - nibble % 16 * 4) & 15];
  }
  out.append(text.data(), text.size());
}

// R$ 20 to R$ 9,999; two of five with cents, a few of these with one digit.
void append_amount(std::string& out, bits& from) {
  const auto kind = from.below(20);
  append_number(out, 20 + from.below(9'980));
  if (kind >= 8)
    return;
  out += '.';
  if (kind == 0)
    append_digits<1>(out, from.below(10));
  else
    append_digits<2>(out, from.below(100));
}

} // namespace

row_generator::row_generator(const generate_options& options)
    : key_{mix(options.seed)},
      duplicates_percent_{options.duplicates_percent}, start_id_{options.start_id} {}

void row_generator::append_header(std::string& out) {
  for (const auto& f : domain::debt_fields)
    out.append(f.csv_name) += ',';
  out.back() = '\n';
}

std::int64_t row_generator::duplicates_before(std::int64_t index) const noexcept {
  return index / 100 * duplicates_percent_ + index % 100 * duplicates_percent_ / 100;
}

void row_generator::append_row(std::string& out, std::int64_t index) const {
  const auto repeated = duplicates_before(index);
  auto debt = static_cast<std::uint64_t>(index - repeated);
  if (duplicates_before(index + 1) > repeated)
    debt = mix(key_ ^ mix(~static_cast<std::uint64_t>(index))) % debt;
  append_debt(out, static_cast<std::uint64_t>(start_id_) + debt);
}

void row_generator::append_debt(std::string& out, std::uint64_t id) const {
  const auto high = mix(key_ ^ mix(id));
  bits person{mix(high ^ 0x70)};
  bits money{mix(high ^ 0x6D)};
  const auto& given = given_names[person.below(given_names.size())];
  const auto& last = surnames[person.below(surnames.size())];
  out.append(given.written).append(1, ' ').append(last.written).append(1, ',');
  append_cpf(out, person.below(1'000'000'000));
  out.append(1, ',').append(given.ascii).append(1, '.').append(last.ascii);
  append_number(out, id);
  out.append(1, '@').append(hosts[person.below(hosts.size())]).append(1, ',');
  append_amount(out, money);
  out.append(1, ',').append(due_dates()[money.below(due_dates().size())]).append(1, ',');
  append_uuid(out, high, mix(key_ + mix(id ^ 0x75756964)));
  out += '\n';
}

} // namespace bankslip::cli
