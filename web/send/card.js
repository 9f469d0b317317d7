/// One file on the view Send, from being read to being settled.
import { fill, h, write } from '../app/dom.js';
import { knows, t } from '../app/i18n.js';
import { bytes, duration, number, roughly } from '../app/format.js';
import { cell, cells } from '../app/parts.js';
import { curlButton } from '../app/curl.js';
import { link } from '../app/router.js';
import { stackedBar } from '../watch/bar.js';
import { follow } from '../watch/follow.js';
import { summary } from '../watch/summary.js';
import { isRunning } from '../watch/upload_facts.js';
import { column_names } from '../csv/header.js';
import { cancel, removeFile, send } from './queue.js';

/// `{element, update(what), end()}`.
export function fileCard(item) {
  const body = h('div.card-body');
  const state = h('span.badge');
  const name = h('h2', { tabIndex: -1 }, item.file.name);
  const element = h('li.sheet.file', {},
    h('div.file-head', {}, name, state), body);
  let progress = () => {};
  let stop_following = () => {};

  function draw() {
    stop_following();
    progress = () => {};
    state.className = `badge ${badges[item.state]}`;
    write(state, t(`file.${item.state}`));
    // The button that was pressed is gone; who uses the keyboard goes on from the name.
    const focused = body.contains(document.activeElement);
    fill(body, drawn[item.state]());
    if (focused) name.focus();
  }

  const drawn = {
    reading: () => h('div.ghost'),
    ready: () => [facts(item), columns(item.seen), complaints(item.seen), firstRows(item),
      buttons(h('button.primary', { type: 'button', on: { click: () => send(item) } }, t('send.one')), remove(), curl())],
    wrong: () => [item.seen && facts(item), fault(item), item.seen?.dialect.found.length > 0 && !item.seen.kind && columns(item.seen), buttons(remove())],
    waiting: () => [h('p.quiet', {}, t('file.waiting.text')), buttons(stop())],
    sending,
    finishing: sending,
    sent: settled,
    failed: () => [h('div.hint.bad', { role: 'alert' }, h('strong', {}, t('file.failed.title')), h('p', {}, item.problem.text ?? item.problem.message)),
      buttons(again(), remove())],
    cancelled: () => [h('p', {}, t('file.cancelled.text')), buttons(again(), remove())],
  };

  const buttons = (...list) => h('div.buttons', {}, list);
  const remove = () => h('button', { type: 'button', on: { click: () => removeFile(item) } }, t('send.remove'));
  const stop = () => h('button', { type: 'button', on: { click: () => cancel(item) } }, t('send.cancel'));
  const again = () => h('button.primary', { type: 'button', on: { click: () => send(item) } }, t('send.again'));
  const curl = () => curlButton({ path: `/bankslip/batch${item.seen.tell ? `?encoding=${item.seen.tell}` : ''}`, form: { file: `@${item.file.name}` } });

  function sending() {
    const filled = h('span');
    const bar = h('div.progress', { role: 'progressbar', 'aria-label': t('file.progress', { name: item.file.name }), 'aria-valuemin': 0, 'aria-valuemax': 100 }, filled);
    const sent = cell(t('file.sent.bytes'), '');
    const speed = cell(t('file.speed'), '');
    const left = cell(t('file.left'), '');
    const rows_a_byte = item.seen.estimate / Math.max(item.file.size, 1);
    progress = () => {
      const share = item.file.size > 0 ? item.sent / item.file.size : 1;
      filled.style.width = `${share * 100}%`;
      bar.setAttribute('aria-valuenow', Math.floor(share * 100));
      sent.set(t('file.sent.of', { sent: bytes(item.sent), size: bytes(item.file.size) }));
      const rate = item.rate.rate() ?? (item.sent > 0 ? item.sent * 1000 / Math.max(Date.now() - item.started, 1) : null);
      speed.set(rate === null ? '–' : t('rate.rows', { rate: number(Math.round(rate * rows_a_byte)) }));
      left.set(item.state === 'finishing' ? t('file.confirming') : roughly(item.rate.left(item.file.size) ?? NaN));
    };
    progress();
    return [bar, cells(sent, speed, left), item.state === 'finishing' && h('p.quiet', {}, t('file.finishing.text')), buttons(stop())];
  }

  // The answer is there; the rest is watched.
  function settled() {
    const { upload_id: id, accepted, rejected } = item.report;
    const bar = stackedBar();
    const words = h('p', {}, t('file.sent.text', { n: accepted, span: duration(item.took) }));
    stop_following = follow(id, (upload) => {
      bar.update(upload);
      if (isRunning(upload)) return;
      state.className = `badge ${upload.state}`;
      write(state, t(`upload.${upload.state}`));
      write(words, summary(upload));
    });
    bar.update({ state: 'processing', accepted, rejected, rows: accepted + rejected });
    return [words, bar.element, buttons(h('a.button.primary', { href: link('uploads', id) }, t('file.watch', { id })),
      rejected > 0 && h('a.button', { href: link('mend', id) }, t('file.mend', { n: rejected })), remove())];
  }

  draw();
  return {
    element,
    update: (what) => (what === 'state' ? draw() : progress()),
    end: () => stop_following(),
  };
}

const badges = { reading: 'receiving', ready: 'receiving', wrong: 'failed', waiting: 'receiving', sending: 'processing', finishing: 'processing', sent: 'processing', failed: 'failed', cancelled: 'in_doubt' };

function facts({ file, seen }) {
  const separator = seen.dialect.separator;
  return cells(
    cell(t('file.rows'), seen.dialect.fault ? '–' : `${seen.whole ? '' : '≈ '}${number(seen.estimate)}`),
    cell(t('file.size'), bytes(file.size)),
    cell(t('file.separator'), separator ? [h('code', {}, separator === '\t' ? 'tab' : separator), ' ', h('small', {}, knows(`separator.${separator}`) ? t(`separator.${separator}`) : '')] : '–', { class: 'text' }),
    cell(t('file.encoding'), seen.kind ? '–' : [seen.encoding.toUpperCase().replace('WINDOWS', 'Windows'), seen.tell && [' ', h('small', {}, t('file.guessed'))]], { class: 'text' }));
}

function columns({ dialect }) {
  const chip = (name, known) => h('li', { class: known ? 'known' : 'other' }, h('code', {}, name === '' ? '∅' : name.slice(0, 40)), !known && h('small', {}, t('columns.ignored')));
  return h('div.columns', {}, h('h3', {}, t('columns.title')), h('ul', {}, dialect.found.slice(0, 30).map((name) => chip(name, column_names.includes(name))),
    column_names.filter((name) => !(name in dialect.positions)).map((name) => h('li.missing', {}, h('code', {}, name), h('small', {}, t('columns.missing'))))));
}

/// What the server would refuse of the rows that were read.
function complaints(seen) {
  if (seen.faults.length === 0) return h('p.hint.good', {}, t('complaints.none', { n: seen.seen }));
  return h('div.hint.warn', {}, h('strong', {}, t('complaints.some', { n: seen.faults.length, seen: seen.seen })),
    h('ul', {}, seen.faults.slice(0, 3).map((f) => h('li', {}, t('complaints.row', { row: f.number }), ' ', f.column && [h('code', {}, f.column), ' '], f.value && h('q', {}, f.value.slice(0, 60)), ' ', t(`code.${f.code}`)))),
    swapped(seen) && h('p', {}, h('strong', {}, t(`complaints.${seen.dialect.amounts}`))), h('p', {}, t('complaints.go_on')));
}

/// Whether most of it comes from amounts written the other way.
function swapped({ faults, dialect }) {
  const other = { point: /^[0-9]+,[0-9]{1,2}$/, comma: /^[0-9]+\.[0-9]{1,2}$/ }[dialect.amounts];
  return other && faults.filter((f) => f.column === 'debtAmount' && other.test(f.value)).length > faults.length / 2;
}

function firstRows({ file, seen: { rows, dialect } }) {
  if (rows.length === 0) return h('p.hint.warn', {}, t('file.no_rows'));
  const bad = (row, column) => row.faults.find((f) => f.column === column);
  return h('div.scroll.first-rows', { role: 'region', tabIndex: 0, 'aria-label': t('rows.first', { name: file.name }) }, h('table', {},
    h('thead', {}, h('tr', {}, h('th.n', { scope: 'col', title: t('rows.number.title') }, '#'), dialect.found.map((name) => h('th', { scope: 'col', class: column_names.includes(name) ? '' : 'other' }, name)))),
    h('tbody', {}, rows.map((row, i) => h('tr', {}, h('td.n', {}, number(i)),
      row.fields.map((value, k) => {
        const fault = bad(row, dialect.found[k]);
        return h('td', { class: `${fault ? 'bad' : ''} ${column_names.includes(dialect.found[k]) ? '' : 'other'} ${dialect.found[k] === 'debtAmount' ? 'n' : ''}`, title: fault ? t(`code.${fault.code}`) : null }, value.slice(0, 80));
      }))))));
}

/// Why the server would refuse the file, and what helps.
function fault({ seen, problem }) {
  if (problem) return h('div.hint.bad', { role: 'alert' }, h('strong', {}, t('file.unreadable')), h('p', {}, problem.message));
  const f = seen.dialect.fault;
  const cause = f.cause && t(`fault.cause.${f.cause}`);
  return h('div.hint.bad', { role: 'alert' }, h('strong', {}, t('fault.title')),
    h('p', {}, t(`fault.${f.kind}`, { columns: f.missing?.join(', '), column: f.column, n: f.lines, lines: f.lines, first: f.first, field: f.field })),
    cause && h('p', {}, cause));
}
