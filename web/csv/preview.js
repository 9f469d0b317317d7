/// What the browser can say of a file before a byte is sent.
import { readText, tellEncoding } from './encoding.js';
import { findHeader } from './header.js';
import { cutRows, readRow } from './rows.js';

const head_bytes = 64 * 1024;
const probe_bytes = 4 * 1024;
const probes = 16;
const shown_rows = 5;

/// Reads the beginning of `file` (a `Blob`), and small pieces from further on to tell
/// the encoding. Returns `{encoding, marked, tell, kind, dialect, rows, faults, seen, whole,
/// estimate}`: `rows` are the first five, `faults` those of the `seen` rows that the server
/// would refuse, with their number; `estimate` the likely number of rows of the file.
export async function preview(file) {
  const whole = file.size <= head_bytes;
  const bytes = await piece(file, 0, head_bytes);
  const samples = [];
  for (let i = 1; i <= probes && !whole; ++i)
    samples.push(await piece(file, Math.floor(((file.size - probe_bytes) * i) / probes), probe_bytes));
  const told = tellEncoding(bytes, samples);
  const text = readText(bytes, told.encoding);
  const dialect = told.kind
    ? { separator: null, found: [], positions: {}, rest: 0, fault: { kind: told.kind } }
    : findHeader(text, whole);
  const seen = { ...told, dialect, whole, size: file.size, rows: [], faults: [], seen: 0, estimate: 0 };
  if (dialect.fault) return seen;
  const cut = cutRows(text, dialect.rest, dialect.separator, whole);
  const read = cut.rows.map((row) => readRow(row, dialect));
  seen.rows = read.slice(0, shown_rows);
  seen.seen = read.length;
  read.forEach(
    (row, number) => row.faults.length > 0 && seen.faults.push({ number, ...row.faults[0], value: valueOf(row, dialect) })
  );
  seen.estimate = whole ? read.length : estimate(file.size, bytes.length, text.length, dialect.rest, cut);
  return seen;
}

const valueOf = ({ fields, faults }, dialect) => (faults[0].column ? fields[dialect.positions[faults[0].column]] : null);

async function piece(file, begin, size) {
  return new Uint8Array(await file.slice(begin, begin + size).arrayBuffer());
}

function estimate(size, sample_bytes, sample_length, header, { rows, end }) {
  const a_row = ((end - header) * (sample_bytes / sample_length)) / Math.max(rows.length, 1);
  return a_row > 0 ? Math.round((size - header) / a_row) : 0;
}
