/// The rows of an upload that did not go through, read while errors.csv comes in. The values
/// that were refused stand in rejected.csv only, whose rows have the same order.
import { get } from '../app/api.js';
import { splitRow } from '../csv/fields.js';
import { findHeader } from '../csv/header.js';
import { cutRows } from '../csv/rows.js';

/// So many rows are kept of each code; all are counted.
export const kept_rows = 1000;
// Behind so many rows values are no longer looked for: a file of a million mistakes is read once.
const rows_with_values = 20_000;
const after_acceptance = ['conflict', 'failed', 'in_doubt', 'put_off'];

/// The text of a response, piece by piece: `{text, last}`.
async function* pieces(response) {
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      yield { text: decoder.decode(value, { stream: !done }), last: done };
      if (done) return;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/// Rows of rejected.csv one by one: `next()` gives `{value(column), error}`, null at the end.
export class rejected_rows {
  constructor(response) {
    this.pieces = pieces(response);
    this.text = '';
    this.dialect = null;
    this.rows = [];
    this.at = 0;
    this.last = false;
  }

  async next() {
    while (this.at >= this.rows.length && !this.last) await this.more();
    return this.at < this.rows.length ? this.read(this.rows[this.at++]) : null;
  }

  async more() {
    const { value } = await this.pieces.next();
    this.text += value.text;
    this.last = value.last;
    if (!this.dialect) {
      const dialect = findHeader(this.text, this.last);
      if (dialect.fault && !this.last) return;
      this.dialect = dialect;
      this.text = this.text.slice(dialect.rest);
    }
    const cut = cutRows(this.text, 0, this.dialect.separator, this.last);
    [this.rows, this.at, this.text] = [cut.rows, 0, this.text.slice(cut.end)];
  }

  read(row) {
    const { fields } = splitRow(row, this.dialect.separator);
    return { value: (column) => fields[this.dialect.positions[column]] ?? null, error: fields.at(-1) };
  }

  close() { this.pieces.return(); }
}

/// Puts the values of `rejected` beside problems that come in order.
export class value_finder {
  constructor(rejected) {
    this.rejected = rejected;
    this.ahead = null;
    this.left = rejected ? rows_with_values : 0;
  }

  /// The refused value; null where it is not known or the row as a whole is at fault.
  async find(problem) {
    if (this.left <= 0 || after_acceptance.includes(problem.code)) return null;
    if (--this.left === 0) this.rejected.close();
    this.ahead ??= await this.rejected.next();
    // Rows that were too long to keep are missing there.
    if (this.ahead?.error !== problem.error) return null;
    const row = this.ahead;
    this.ahead = null;
    return problem.field ? row.value(problem.field) : null;
  }
}

/// Reads all problems of an upload. `told(problems)` is called from time to time with what is
/// there so far: `{total, whole, codes: Map of code to {count, rows}}`.
export async function readProblems(upload, told, signal) {
  const path = `/uploads/${upload.upload_id}`;
  const has_values = upload.rejected > 0 && upload.state !== 'receiving';
  const [errors, rejected] = await Promise.all([
    get(`${path}/errors.csv`, { as: 'response', signal }),
    // Not kept where the server died in the middle of the file.
    has_values ? get(`${path}/rejected.csv`, { as: 'response', signal }).catch(() => null) : null,
  ]);
  const values = new value_finder(rejected && new rejected_rows(rejected));
  const problems = { total: 0, whole: false, codes: new Map() };
  let text = '';
  let header = true;
  for await (const piece of pieces(errors)) {
    text += piece.text;
    const { rows, end } = cutRows(text, 0, ',', piece.last);
    text = text.slice(end);
    for (const row of header ? rows.slice(1) : rows) await take(problems, row, values);
    header &&= rows.length === 0;
    if (!piece.last) told(problems);
  }
  problems.whole = true;
  told(problems);
}

async function take(problems, row, values) {
  const [number, debt_id, field, code, error] = splitRow(row, ',').fields;
  const problem = { row: number === '' ? null : Number(number), debt_id, field, code, error };
  problem.value = await values.find(problem);
  ++problems.total;
  if (!problems.codes.has(code)) problems.codes.set(code, { count: 0, rows: [] });
  const same = problems.codes.get(code);
  ++same.count;
  if (same.rows.length < kept_rows) same.rows.push(problem);
}

/// The first rows of one code, or of all where `code` is null, that have `wanted` in them.
export function pick(problems, code, wanted) {
  const rows = code === null ? [...problems.codes.values()].flatMap((c) => c.rows) : problems.codes.get(code)?.rows ?? [];
  const text = wanted.trim().toLowerCase();
  const found = text === '' ? rows : rows.filter((p) => [p.debt_id, p.field, p.value, p.error, p.code].some((s) => s?.toLowerCase().includes(text)));
  return found.sort((a, b) => (a.row ?? -1) - (b.row ?? -1)).slice(0, kept_rows);
}
