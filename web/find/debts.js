/// Debts as the API lists them, and what can be done with one.
import { get, post } from '../app/api.js';
import { h } from '../app/dom.js';
import { said, t } from '../app/i18n.js';
import { day, money } from '../app/format.js';
import { link } from '../app/router.js';

export const debtPath = (id, ...more) => ['/bankslip', encodeURIComponent(id), ...more].join('/');

export const status = (debt) => h('span.badge', { class: debt.status }, t(`debt.${debt.status}`));

export const listPath = (filter) => `/bankslips?${new URLSearchParams(Object.entries(filter).filter(([, v]) => v !== null && v !== undefined))}`;

/// A page of `GET /bankslips`, `{bankslips, next}`: the next one that is not empty. The server
/// also ends a page where it has looked at enough rows.
export async function listDebts(filter, signal) {
  let page = { bankslips: [], next: filter.after ?? null };
  do page = await get(listPath({ ...filter, after: page.next }), { signal });
  while (page.bankslips.length === 0 && page.next !== null);
  return page;
}

export const retryDebt = (id, email) => post(debtPath(id, 'retry'), email === undefined ? undefined : { email });
export const resolveDebt = (id, outcome) => post(debtPath(id, 'resolve'), { outcome });

/// A table of debts; `more(debt)` gives what stands in the last column. Its parts tell their
/// roles themselves: on a telephone rows are drawn as blocks.
export function debtTable(label, debts, more = null) {
  const head = (name, kind = '') => h('th', { scope: 'col', role: 'columnheader', class: kind }, t(`debt.${name}`));
  const cell = (kind, ...content) => h('td', { role: 'cell', class: kind }, content);
  const row = (d) => h('tr', { role: 'row' },
    h('th', { scope: 'row', role: 'rowheader' }, h('a.mono', { href: link('find', d.debt_id) }, d.debt_id)),
    cell('name', d.name), cell('n amount', money(d.debt_amount)), cell('n', day(d.debt_due_date)), cell('status', status(d)), cell('reason', said(d.failure)), more && cell('acts', more(d)));
  return h('div.scroll', { role: 'region', tabIndex: 0, 'aria-label': label }, h('table.debts', { role: 'table' },
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, head('id'), head('name'), head('amount', 'n'), head('due', 'n'), head('status'), head('failure'), more && head('acts'))),
    h('tbody', { role: 'rowgroup' }, debts.map(row))));
}
