/// Walks over the fields of one row, as domain/csv/field_splitter does: blanks around a
/// value are no part of it, doubled quotes in quotes are one.
const isBlank = (c) => c === ' ' || c === '\t' || c === '\u00A0';

export class Fields {
  constructor(row, separator) {
    this.row = row;
    this.separator = separator;
    this.at = 0;
    this.ended = false;
    /// Why `next` gave up: 'unclosed' or 'after_quote'; null at the end of the row.
    this.fault = null;
  }

  /// The next field, null at the end of the row and at a fault.
  next() {
    if (this.ended) return null;
    const begin = this.afterBlanks(this.at);
    if (this.row[begin] === '"') return this.quoted(begin + 1);
    const found = this.row.indexOf(this.separator, this.at);
    const end = found < 0 ? this.row.length : found;
    return this.take(trimmed(this.row.slice(this.at, end)), end);
  }

  quoted(begin) {
    let quote = this.row.indexOf('"', begin);
    while (quote >= 0 && this.row[quote + 1] === '"') quote = this.row.indexOf('"', quote + 2);
    if (quote < 0) return this.giveUp('unclosed');
    const end = this.afterBlanks(quote + 1);
    if (end < this.row.length && this.row[end] !== this.separator) return this.giveUp('after_quote');
    return this.take(trimmed(this.row.slice(begin, quote).replaceAll('""', '"')), end);
  }

  take(field, end) {
    this.ended = end >= this.row.length;
    this.at = end + 1;
    return field;
  }

  giveUp(why) {
    this.fault = why;
    this.ended = true;
    return null;
  }

  afterBlanks(at) {
    while (at < this.row.length && this.row[at] !== this.separator && isBlank(this.row[at])) ++at;
    return at;
  }
}

function trimmed(text) {
  let begin = 0;
  let end = text.length;
  while (begin < end && isBlank(text[begin])) ++begin;
  while (end > begin && isBlank(text[end - 1])) --end;
  return text.slice(begin, end);
}

/// All fields of a row: `{fields, fault}`.
export function splitRow(row, separator) {
  const walk = new Fields(row, separator);
  const fields = [];
  for (let field = walk.next(); field !== null; field = walk.next()) fields.push(field);
  return { fields, fault: walk.fault };
}
