/// Mend: what did not go through, and what a person can do about it.
import { get } from '../app/api.js';
import { fill, h } from '../app/dom.js';
import { t } from '../app/i18n.js';
import { moment, number } from '../app/format.js';
import { emptyState, errorState, heading, loadingState } from '../app/parts.js';
import { link } from '../app/router.js';
import { debtTable, listDebts } from '../find/debts.js';
import { smallBar } from '../watch/bar.js';
import { deadLetters } from './dead_letters.js';
import { doubtButtons, doubtHint } from './doubt.js';
import { showUpload } from './upload.js';

const uploads_a_page = 200;
const debts_a_page = 50;
export const troubles = ['rejected', 'conflicts', 'failed', 'in_doubt'];

export const title = ({ id }) => id ? t('mend.title.of', { id }) : t('nav.mend');

export function show(main, { id }) {
  const abort = new AbortController();
  const end = id ? showUpload(main, id, abort.signal) : showAll(main, abort.signal);
  return () => {
    abort.abort();
    end?.();
  };
}

/// Everything that waits for a person, in the order of urgency.
function showAll(main, signal) {
  const parts = [inDoubt, uploads, failed, deadLetters].map((part) => ({ part, place: h('section') }));
  const nothing = h('div');
  main.append(heading(t('mend.title')), h('p.lead', {}, t('mend.lead')), nothing, h('div.parts', {}, parts.map((p) => p.place)));
  fill(nothing, loadingState());
  const draw = async () => {
    const found = await Promise.all(parts.map(({ part, place }) => guarded(place, () => part(place, signal, draw))));
    if (!signal.aborted) fill(nothing, found.some(Boolean) ? null : emptyState(t('mend.none.title'), t('mend.none.text'), h('a.button', { href: link('uploads') }, t('mend.none.action'))));
  };
  draw();
}

// A part that cannot be read says so; the others stand. Whether it shows anything.
async function guarded(place, read) {
  try {
    return await read();
  } catch (problem) {
    if (problem.name === 'AbortError') return true;
    fill(place, errorState(problem, () => guarded(place, read)));
    return true;
  }
}

async function inDoubt(place, signal, draw) {
  const { bankslips: debts, next } = await listDebts({ status: 'in_doubt', limit: debts_a_page }, signal);
  if (debts.length === 0) return void fill(place);
  fill(place, h('div.sheet', {}, h('h2', {}, t(next ? 'mend.doubts.many' : 'mend.doubts.some', { n: debts.length })), doubtHint(),
    debtTable(t('mend.doubts.label'), debts, (d) => doubtButtons([d.debt_id], draw)),
    debts.length > 1 && h('div.buttons.below', {}, doubtButtons(debts.map((d) => d.debt_id), draw))));
  return true;
}

async function uploads(place, signal) {
  const known = (await get(`/uploads?limit=${uploads_a_page}`, { signal })).filter((u) => troubles.some((name) => u[name] > 0));
  if (known.length === 0) return void fill(place);
  const cell = (kind, label, ...content) => h('td', { role: 'cell', class: kind, data: label ? { label } : {} }, content);
  const count = (u, name) => cell(`n ${u[name] > 0 ? name : 'none'}`, t(`mend.${name}`), u[name] > 0 ? number(u[name]) : '–');
  const row = (u) => h('tr', { role: 'row' }, h('th', { scope: 'row', role: 'rowheader' }, h('a', { href: link('mend', u.upload_id) }, t('mend.upload', { id: u.upload_id }))),
    cell('when', null, moment(u.created_at)), cell('bar', null, smallBar(u)), cell('n', t('mend.rows'), number(u.rows)), troubles.map((name) => count(u, name)));
  const head = (text, kind = '') => h('th', { scope: 'col', role: 'columnheader', class: kind }, text);
  fill(place, h('div.sheet', {}, h('h2', {}, t('mend.uploads')),
    h('div.scroll', { role: 'region', tabIndex: 0, 'aria-label': t('mend.uploads') }, h('table.troubled', { role: 'table' },
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, head(t('mend.upload.column')), head(t('mend.received')), head(t('mend.parts')), head(t('mend.rows'), 'n'), troubles.map((name) => head(t(`mend.${name}`), 'n')))),
      h('tbody', { role: 'rowgroup' }, known.map(row))))));
  return true;
}

async function failed(place, signal) {
  const { bankslips: debts, next } = await listDebts({ status: 'failed', limit: debts_a_page }, signal);
  if (debts.length === 0) return void fill(place);
  fill(place, h('div.sheet', {}, h('h2', {}, t(next ? 'mend.failures.many' : 'mend.failures.some', { n: debts.length })), h('p.quiet', {}, t('mend.failures.text')),
    debtTable(t('mend.failures.label'), debts)));
  return true;
}
