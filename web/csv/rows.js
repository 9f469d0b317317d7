/// The rows below the header, as domain/csv/row_cutter cuts them, and what the server would
/// surely refuse in them (domain/validation): a row without a complaint may still be refused.
import { splitRow } from './fields.js';
import { column_names, isBlankRow } from './header.js';

/// Cuts `text` from `at` on. `whole`: the file ends where the text does, else its last line
/// is left out. Returns `{rows: [text], end}`; blank rows are no rows.
export function cutRows(text, at, separator, whole) {
  const rows = [];
  let begin = at;
  let state = 'start';
  for (let i = at; i <= text.length; ++i) {
    const c = text[i];
    const over = i === text.length;
    if (over && !whole) break;
    if (!over && state === 'quoted') {
      if (c === '"') state = 'closing';
    } else if (!over && c === '"' && state !== 'plain') {
      state = 'quoted';
    } else if (over || c === '\n' || c === '\r') {
      const row = text.slice(begin, i);
      if (!isBlankRow(row, separator)) rows.push(row);
      begin = i + 1;
      state = 'start';
    } else {
      state = c === separator ? 'start' : 'plain';
    }
  }
  return { rows, end: begin };
}

/// Reads a row by its dialect: `{fields, faults: [{column, code}]}`; `column` is null for
/// what is wrong with the row as a whole.
export function readRow(row, dialect) {
  const { fields, fault } = splitRow(row, dialect.separator);
  if (fault) return { fields, faults: [{ column: null, code: fault === 'unclosed' ? 'unclosed_quote' : 'quote_syntax' }] };
  if (fields.length !== dialect.found.length) return { fields, faults: [{ column: null, code: 'field_count' }] };
  const faults = [];
  for (const column of column_names) {
    const code = check[column](fields[dialect.positions[column]], dialect);
    if (code) faults.push({ column, code });
  }
  return { fields, faults };
}

const characters = (text) => [...text].length;
// eslint-disable-next-line no-control-regex
const hasControl = (text) => /[\u0000-\u001F\u007F-\u009F]/.test(text);
const textOf = (max) => (text) =>
  text === '' ? 'required' : hasControl(text) ? 'control_character' : characters(text) > max ? 'too_long' : null;

function amount(text, { amounts }) {
  if (text === '') return 'required';
  const mark = amounts === 'point' || (amounts === 'either' && text.includes('.')) ? '.' : ',';
  const [whole, fraction, ...more] = text.split(mark);
  const form = more.length === 0 && /^[0-9]+$/.test(whole) && (fraction === undefined || /^[0-9]{1,2}$/.test(fraction));
  if (!form) return 'amount_format';
  const cents = Number(whole) * 100 + Number((fraction ?? '').padEnd(2, '0'));
  return cents >= 1 && cents <= 9_999_999_999 ? null : 'amount_range';
}

function dueDate(text) {
  if (text === '') return 'required';
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return 'date_format';
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text) ? null : 'date_format';
}

function email(text) {
  if (text === '') return 'required';
  if (text.length > 254) return 'too_long';
  const [local, host, ...more] = text.split('@');
  const good =
    more.length === 0 &&
    local &&
    host &&
    !/[\s,;"()<>[\]\\]/.test(text) &&
    /^[^.]+(\.[^.]+)+$/.test(host) &&
    !/^\.|\.$|\.\./.test(local);
  return good ? null : 'email_syntax';
}

function debtId(text) {
  if (text === '') return 'required';
  if (!/^[\x20-\x7E]+$/.test(text) || text.includes('/') || text === '.' || text === '..') return 'debt_id_characters';
  return text.length > 128 ? 'too_long' : null;
}

const check = { name: textOf(255), governmentId: textOf(20), email, debtAmount: amount, debtDueDate: dueDate, debtId };
