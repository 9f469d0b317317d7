#include "domain/government_id.hpp"

#include <algorithm>
#include <array>

#include "domain/boleto/digits.hpp"

namespace bankslip::domain {

namespace {

constexpr std::size_t cpf_size = 11;
constexpr std::size_t cnpj_size = 14;

// From the right, weights 2 up to `last`, then from 2 again.
char check_digit(std::string_view base, int last) noexcept {
  int sum = 0;
  int weight = 2;
  for (auto i = base.rbegin(); i != base.rend(); ++i) {
    sum += (*i - '0') * weight;
    weight = weight == last ? 2 : weight + 1;
  }
  int rest = sum % 11;
  return static_cast<char>('0' + (rest < 2 ? 0 : 11 - rest));
}

bool has_check_digits(std::string_view id, int last_weight) noexcept {
  auto n = id.size();
  return id[n - 2] == check_digit(id.substr(0, n - 2), last_weight)
         && id[n - 1] == check_digit(id.substr(0, n - 1), last_weight);
}

// Without mask and in upper case.
struct characters {
  std::array<char, cnpj_size> text;
  /// Beyond `cnpj_size` when there are more.
  std::size_t size = 0;
  std::size_t taken = 0;
};

characters characters_of(std::string_view text) noexcept {
  characters out;
  for (char c : text) {
    if (c == '.' || c == '-' || c == '/')
      continue;
    if (out.size++ == cnpj_size)
      break;
    out.text[out.size - 1] = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

bool is_cnpj_base(std::string_view base) noexcept {
  return std::all_of(base.begin(), base.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

government_id_kind classify(const characters& c) noexcept {
  if (c.size > cnpj_size)
    return government_id_kind::unknown;
  std::string_view id{c.text.data(), c.size};
  if (id.empty() || id.find_first_not_of(id[0]) == std::string_view::npos)
    return government_id_kind::unknown;
  if (c.size == cpf_size && all_digits(id) && has_check_digits(id, 11))
    return government_id_kind::cpf;
  if (c.size == cnpj_size && is_cnpj_base(id.substr(0, 12)) && all_digits(id.substr(12))
      && has_check_digits(id, 9))
    return all_digits(id) ? government_id_kind::cnpj : government_id_kind::cnpj_alphanumeric;
  return government_id_kind::unknown;
}

// What `text` is once the zeros before it are back; unknown when they make nothing.
government_id_kind kind_with_zeros(std::string_view text) {
  for (auto size : {cpf_size, cnpj_size})
    if (text.size() >= 3 && text.size() < size && all_digits(text)) {
      auto kind = classify_government_id(std::string(size - text.size(), '0').append(text));
      if (kind != government_id_kind::unknown)
        return kind;
    }
  return government_id_kind::unknown;
}

} // namespace

std::string_view to_string(government_id_kind k) noexcept {
  switch (k) {
    case government_id_kind::cpf:
      return "cpf";
    case government_id_kind::cnpj:
      return "cnpj";
    case government_id_kind::cnpj_alphanumeric:
      return "cnpj_alphanumeric";
    default:
      return "unknown";
  }
}

government_id_kind classify_government_id(std::string_view text) noexcept {
  return classify(characters_of(text));
}

std::string format_government_id(std::string_view text) {
  auto id = characters_of(text);
  auto kind = classify(id);
  if (kind == government_id_kind::unknown)
    return std::string{text};
  bool person = kind == government_id_kind::cpf;
  std::string out;
  for (char mark : person ? std::string_view{"###.###.###-##"} : "##.###.###/####-##")
    out.push_back(mark == '#' ? id.text[id.taken++] : mark);
  return out;
}

std::string government_id_problem(std::string_view text) {
  std::string problem = "must be a CPF or CNPJ with right check digits";
  if (auto kind = kind_with_zeros(text); kind != government_id_kind::unknown)
    problem.append("; with its lost leading zeros it is a ")
        .append(kind == government_id_kind::cpf ? "CPF" : "CNPJ");
  return problem;
}

std::optional<field_error> government_id_fault(std::string_view text) {
  if (classify_government_id(text) != government_id_kind::unknown)
    return std::nullopt;
  return field_error{"government_id", "government_id_digits", government_id_problem(text),
                     clean_utf8(text, 100)};
}

} // namespace bankslip::domain
