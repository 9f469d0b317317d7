/// What the browser found in a file before it is sent.
import { h } from '../app/dom.js';
import { knows, t } from '../app/i18n.js';
import { bytes, number } from '../app/format.js';
import { cell, cells } from '../app/parts.js';
import { column_names } from '../csv/header.js';

const isKnown = (name) => column_names.includes(name);

export function facts({ file, seen }) {
  const { separator, fault } = seen.dialect;
  const rows = fault ? '–' : `${seen.whole ? '' : '≈ '}${number(seen.estimate)}`;
  const name = knows(`separator.${separator}`) && h('small', t(`separator.${separator}`));
  const between = separator ? [h('code', separator === '\t' ? 'tab' : separator), ' ', name] : '–';
  const encoding = [seen.encoding.toUpperCase().replace('WINDOWS', 'Windows'), ' ', seen.tell && h('small', t('file.guessed'))];
  return cells(
    cell(t('file.rows'), rows),
    cell(t('file.size'), bytes(file.size)),
    cell(t('file.separator'), between, 'text'),
    cell(t('file.encoding'), seen.kind ? '–' : encoding, 'text')
  );
}

/// The first rows that the server has refused, and why.
export function refusedRows({ failed_rows: rows, rejected }) {
  if (rows.length === 0) return null;
  const line = ({ row, field, code, error }) => h('li', t('complaints.row', { row }), ' ', field && h('code', field), ' ', knows(`code.${code}`) ? t(`code.${code}`) : error);
  const shown = rows.slice(0, 5).map(line);
  return h('div.hint.warn', h('strong', t('mend.rejected.title', { n: rejected })), h('ul', shown));
}

export function columns({ found, positions }) {
  const chip = (kind, name) =>
    h(`li.${kind}`, h('code', name.slice(0, 40) || '∅'), kind !== 'known' && h('small', t(`columns.${kind}`)));
  const missing = column_names.filter((name) => !(name in positions));
  const chips = found.slice(0, 30).map((name) => chip(isKnown(name) ? 'known' : 'ignored', name));
  return h(
    'div.columns',
    h('h3', t('columns.title')),
    h(
      'ul',
      chips,
      missing.map((name) => chip('missing', name))
    )
  );
}

/// What the server would refuse of the rows that were read.
export function complaints({ faults, seen, dialect }) {
  if (faults.length === 0) return h('p.hint.good', t('complaints.none', { n: seen }));
  const line = ({ number, column, value, code }) =>
    h(
      'li',
      t('complaints.row', { row: number }),
      ' ',
      h('code', column),
      ' ',
      value && h('q', value.slice(0, 60)),
      ' ',
      t(`code.${code}`)
    );
  return h(
    'div.hint.warn',
    h('strong', t('complaints.some', { n: faults.length, seen })),
    h('ul', faults.slice(0, 3).map(line)),
    isSwapped(faults, dialect) && h('p', h('strong', t(`complaints.${dialect.amounts}`))),
    h('p', t('complaints.go_on'))
  );
}

/// Whether most of it comes from amounts written the other way.
function isSwapped(faults, { amounts }) {
  const other = { point: /^[0-9]+,[0-9]{1,2}$/, comma: /^[0-9]+\.[0-9]{1,2}$/ }[amounts];
  return other && faults.filter((f) => f.column === 'debtAmount' && other.test(f.value)).length > faults.length / 2;
}

export function firstRows({ file, seen: { rows, dialect } }) {
  if (rows.length === 0) return h('p.hint.warn', t('file.no_rows'));
  const head = (name) => h('th', { scope: 'col', class: isKnown(name) ? '' : 'other' }, name);
  const field = (row) => (value, k) => {
    const name = dialect.found[k];
    const fault = row.faults.find((f) => f.column === name);
    const kind = fault ? 'bad' : isKnown(name) ? '' : 'other';
    return h(
      `td${name === 'debtAmount' ? '.n' : ''}`,
      { class: kind, title: fault && t(`code.${fault.code}`) },
      value.slice(0, 80)
    );
  };
  const line = (row, i) => h('tr', h('td.n', number(i)), row.fields.map(field(row)));
  const heads = h('tr', h('th.n', { scope: 'col', title: t('rows.number.title') }, '#'), dialect.found.map(head));
  const label = t('rows.first', { name: file.name });
  const table = h('table', h('thead', heads), h('tbody', rows.map(line)));
  return h('div.scroll.first-rows', { role: 'region', tabIndex: 0, 'aria-label': label }, table);
}

/// Why the server would refuse the file, and what helps.
export function fault({ seen, problem }) {
  if (problem) return h('div.hint.bad', { role: 'alert' }, h('strong', t('file.unreadable')), h('p', problem.message));
  const f = seen.dialect.fault;
  return h(
    'div.hint.bad',
    { role: 'alert' },
    h('strong', t('fault.title')),
    h('p', t(`fault.${f.kind}`, { ...f, n: f.lines, columns: f.missing?.join(', ') })),
    f.cause && h('p', t(`fault.cause.${f.cause}`))
  );
}
