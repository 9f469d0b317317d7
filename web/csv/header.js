/// The lines at the start of a file, by the rules of the server (domain/csv/header.cpp):
/// tests/data/headers.json holds both to the same answers.
import { Fields } from './fields.js';

export const column_names = ['name', 'governmentId', 'email', 'debtAmount', 'debtDueDate', 'debtId'];
const usual_separators = [',', ';', '\t', '|'];
const max_title_lines = 20;
const max_line = 64 * 1024;

const amountForm = (separator) => (separator === ',' ? 'point' : separator === ';' ? 'comma' : 'either');

function readWith(line, separator) {
  const reading = { separator, amounts: amountForm(separator), found: [], positions: {}, known: 0, twice: null, fault: null };
  const fields = new Fields(line, separator);
  for (let field = fields.next(); field !== null; field = fields.next()) {
    reading.found.push(field);
    if (!column_names.includes(field)) continue;
    if (field in reading.positions) reading.twice = field;
    else ++reading.known;
    reading.positions[field] = reading.found.length - 1;
  }
  reading.fault = fields.fault;
  return reading;
}

// The separator that makes the most of the six names appear, of equals the one with more fields.
function readBest(line, told) {
  let best = null;
  for (const separator of told ? [told, ...usual_separators] : usual_separators) {
    const r = readWith(line, separator);
    if (!best || r.known > best.known || (r.known === best.known && r.found.length > best.found.length)) best = r;
  }
  return best;
}

function likelyCause(line, reading) {
  if (line.startsWith('PK\x03\x04')) return 'workbook';
  if (line.includes('\0')) return 'utf16';
  if (line.includes('\uFFFD')) return 'encoding';
  if (column_names.every((name) => line.includes(name))) return 'separators';
  const lower = (text) => text.replace(/[A-Z]/g, (c) => c.toLowerCase());
  if (reading.found.some((f) => column_names.some((k) => k !== f && lower(k) === lower(f)))) return 'case';
  return reading.known === 0 ? 'title' : null;
}

/// Reads a header line. Returns the dialect `{separator, amounts, found, positions}`, with
/// `fault` where the server would refuse it: `{kind: 'field' | 'twice' | 'lacks', ...}`.
function parseHeader(line, told = null) {
  const r = readBest(line, told);
  const dialect = { separator: r.separator, amounts: r.amounts, found: r.found, positions: r.positions, fault: null };
  if (r.fault) dialect.fault = { kind: 'field', field: r.found.length + 1, why: r.fault };
  else if (r.known < column_names.length)
    dialect.fault = { kind: 'lacks', missing: column_names.filter((n) => !(n in r.positions)), cause: likelyCause(line, r) };
  else if (r.twice) dialect.fault = { kind: 'twice', column: r.twice };
  return dialect;
}

/// The X of a line `sep=X`, null for any other line.
function toldSeparator(line) {
  if (line.length >= 2 && line.startsWith('"') && line.endsWith('"')) line = line.slice(1, -1);
  if (!/^sep=./is.test(line)) return null;
  const c = line[4];
  const possible = c === '\t' || (c > ' ' && c < '\x7F' && c !== '"' && !/[a-z0-9]/i.test(c));
  return possible && isBlankRow(line.slice(5), c) ? c : null;
}

export const isBlankRow = (row, separator) => [...row].every((c) => c === separator || c === ' ' || c === '\t' || c === '\u00A0');
const isBlankLine = (line) => usual_separators.some((s) => isBlankRow(line, s));

/// Finds the header in the beginning of a file. `whole`: `text` is all of it. Returns the
/// dialect, with `rest`, where the first row begins; its `fault` may also be of the kinds
/// `empty`, `long`, and `below` for a header below other lines.
export function findHeader(text, whole) {
  let at = 0;
  let told = null;
  let titles = 0;
  let first = null;
  const nothing = (fault) => ({ separator: null, found: [], positions: {}, rest: text.length, fault });
  while (at < text.length) {
    const end = lineEnd(text, at, told);
    if (end - at > max_line || (end === text.length && !whole && titles === 0)) return nothing({ kind: 'long' });
    const line = text.slice(at, end);
    at = end + 1;
    if (isBlankLine(line)) continue;
    if (titles === 0 && told === null && (told = toldSeparator(line)) !== null) continue;
    const dialect = parseHeader(line, told);
    dialect.rest = Math.min(at, text.length);
    if (!dialect.fault)
      return titles > 0 ? { ...dialect, fault: { kind: 'below', lines: titles, first: first.found[0] ?? '' } } : dialect;
    first ??= dialect;
    if (++titles > max_title_lines) return first;
  }
  return first ?? nothing({ kind: 'empty' });
}

// While the separator is not known any of them begins a field, so a quote opens behind it.
function lineEnd(text, at, told) {
  let state = 'start';
  for (; at < text.length; ++at) {
    const c = text[at];
    if (state === 'quoted') {
      if (c === '"') state = 'closing';
    } else if (c === '"' && state !== 'plain') {
      state = 'quoted';
    } else {
      if (c === '\n' || c === '\r') return at;
      state = c === told || usual_separators.includes(c) ? 'start' : 'plain';
    }
  }
  return at;
}
