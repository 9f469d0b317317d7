/// A template and a file to try with: ids are new each time, the rows are valid, the
/// addresses belong to nobody (RFC 2606).
import { column_names } from './header.js';

const given = [
  'Ana Beatriz',
  'João',
  'Maria Eduarda',
  'Antônio',
  'Luísa',
  'Cecília',
  'Gabriel',
  'Júlia',
  'Thiago',
  'Vitória',
  'Sérgio',
  'Débora',
  'Conceição',
  'Caio'
];
const family = [
  'da Silva',
  'dos Santos',
  'Gonçalves',
  'Araújo',
  'Magalhães',
  'Ribeiro',
  'Carvalho',
  'Guimarães',
  'Nóbrega',
  'Teixeira',
  'Falcão',
  'Müller',
  'Monteiro'
];
const ascii = (text) =>
  text
    .normalize('NFD')
    .replace(/[^a-z]/gi, '')
    .toLowerCase();
const pick = (list) => list[Math.floor(Math.random() * list.length)];

// Nine digits and two check digits modulo 11.
function cpf() {
  const digits = Array.from({ length: 9 }, () => Math.floor(Math.random() * 10));
  for (let n = 9; n < 11; ++n) digits.push(((digits.reduce((sum, d, i) => sum + d * (n + 1 - i), 0) * 10) % 11) % 10);
  return digits.join('');
}

export const template = () => `${column_names.join(',')}\n`;

/// A file of `count` rows that are due from tomorrow on.
export function sample(count = 100, now = new Date()) {
  const run = `${now.getTime().toString(36)}${Math.floor(Math.random() * 1296).toString(36)}`;
  const lines = [column_names.join(',')];
  for (let i = 1; i <= count; ++i) {
    const [first, last] = [pick(given), pick(family)];
    const due = new Date(now.getTime() + (1 + (i % 60)) * 86_400_000).toISOString().slice(0, 10);
    const cents = 100 + Math.floor(Math.random() * 500_000);
    lines.push(
      [
        `${first} ${last}`,
        cpf(),
        `${ascii(first)}.${ascii(last)}@example.com`,
        `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`,
        due,
        `${run}-${String(i).padStart(3, '0')}`
      ].join(',')
    );
  }
  return `${lines.join('\n')}\n`;
}
