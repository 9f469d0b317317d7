/// One debt: what it is, how far it has come, its slip, and what can be done with it.
import { announce, note } from '../app/announce.js';
import { get } from '../app/api.js';
import { copy, curlButton } from '../app/curl.js';
import { fill, h } from '../app/dom.js';
import { said, t } from '../app/i18n.js';
import { day, money } from '../app/format.js';
import { cell, cells } from '../app/parts.js';
import { doubtButtons, doubtHint } from '../mend/doubt.js';
import { debtPath, retryDebt, status } from './debts.js';
import { history } from './history.js';

const settled = ['emailed', 'failed', 'in_doubt'];
const first_look_ms = 400;
const longest_look_ms = 5_000;

/// `AAAAA.AAAAA BBBBB.BBBBBB CCCCC.CCCCCC D EEEEEEEEEEEEEE`, as it is printed.
export function printedLine(line) {
  const parts = /^(\d{5})(\d{5})(\d{5})(\d{6})(\d{5})(\d{6})(\d)(\d{14})$/.exec(line);
  return parts ? `${parts[1]}.${parts[2]} ${parts[3]}.${parts[4]} ${parts[5]}.${parts[6]} ${parts[7]} ${parts[8]}` : line;
}

/// Shows `debt` in `place`, anew while it is on its way; returns how to end that.
export function showDebt(place, debt) {
  const id = debt.debt_id;
  let timer = null;
  let wait = first_look_ms;
  let over = false;

  // Keys count while the focus is in this view and not in a field.
  place.addEventListener('keydown', keys);
  addEventListener('keydown', fromHeading);

  function keys(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input, textarea, select')) return;
    const text = { l: debt.linha_digitavel, p: debt.pix }[event.key.toLowerCase()];
    if (!text) return;
    event.preventDefault();
    copy(text);
  }
  function fromHeading(event) { if (['H1', 'BODY', 'MAIN'].includes(event.target.tagName)) keys(event); }

  async function look() {
    if (over) return;
    try {
      const now = await get(debtPath(id));
      if (over) return;
      const before = debt;
      debt = now;
      if (now.status !== before.status || now.updated_on !== before.updated_on) {
        draw();
        if (settled.includes(now.status)) announce(t('debt.said', { id, status: t(`debt.${now.status}`) }));
      }
    } catch { /* asked again below */ }
    wait = Math.min(wait * 1.5, longest_look_ms);
    follow();
  }

  function follow() {
    clearTimeout(timer);
    if (!over && !settled.includes(debt.status)) timer = setTimeout(look, wait);
  }

  function changed() {
    wait = first_look_ms;
    look();
  }

  function draw() {
    fill(place, h('article.debt', { 'aria-labelledby': 'debt-id' },
      h('div.sheet', {}, h('div.debt-head', {}, h('h2.mono', { id: 'debt-id' }, id), status(debt), curlButton({ path: debtPath(id) })),
        cells(cell(t('debt.name'), debt.name, 'text wide'), cell(t('debt.document'), debt.government_id, 'text'), cell(t('debt.email'), debt.email, 'text wide'),
          cell(t('debt.due'), day(debt.debt_due_date), 'text'), cell(t('debt.nosso_numero'), debt.nosso_numero ?? '–', 'text wide'), cell(t('debt.amount'), money(debt.debt_amount))),
        codes(debt), actions(debt, changed), h('div.tear'), history(debt)),
      slip(debt)));
  }

  draw();
  follow();
  return () => {
    over = true;
    clearTimeout(timer);
    place.removeEventListener('keydown', keys);
    removeEventListener('keydown', fromHeading);
  };
}

function codes(debt) {
  const line = (name, key, shown, text) => text && h('div.copyable', {}, h('h3', {}, t(`debt.${name}`)), h('p.mono', { lang: 'zxx' }, shown),
    h('button.small', { type: 'button', 'aria-keyshortcuts': key, on: { click: () => copy(text) } }, t(`debt.${name}.copy`), ' ', h('kbd', {}, key.toUpperCase())));
  return [line('line', 'l', printedLine(debt.linha_digitavel ?? ''), debt.linha_digitavel), line('pix', 'p', debt.pix, debt.pix)];
}

function actions(debt, changed) {
  if (debt.status === 'failed') return retry(debt, changed);
  if (debt.status !== 'in_doubt') return null;
  return h('section.act', {}, doubtHint(), h('div.buttons', {}, doubtButtons([debt.debt_id], changed)));
}

/// Once more, to another address where this one is wrong.
function retry(debt, changed) {
  const email = h('input', { type: 'email', id: 'email', value: debt.email, required: true, autocomplete: 'off' });
  const body = () => email.value.trim() === debt.email ? undefined : { email: email.value.trim() };
  const trouble = h('p.bad', { role: 'alert' });
  const send = h('button.primary', {}, t('debt.retry'));
  async function submit(event) {
    event.preventDefault();
    fill(trouble);
    send.disabled = true;
    try {
      await retryDebt(debt.debt_id, body()?.email);
      note(t('debt.retried'));
      changed();
    } catch (problem) {
      fill(trouble, problem.text ?? problem.message);
    }
    send.disabled = false;
  }
  return h('form.act', { on: { submit } }, h('div.hint.bad', {}, h('strong', {}, t('debt.failed.title')), h('p', {}, said(debt.failure))),
    h('label', { for: 'email' }, t('debt.retry.email')), h('div.buttons', {}, email, send,
      curlButton(() => ({ method: 'POST', path: debtPath(debt.debt_id, 'retry'), body: body() }))), trouble);
}

function slip(debt) {
  if (!debt.linha_digitavel) return h('section.sheet.slip', {}, h('h2', {}, t('debt.slip')), h('p.quiet', {}, t('debt.slip.none')));
  const path = debtPath(debt.debt_id, 'pdf');
  return h('section.sheet.slip', {}, h('div.debt-head', {}, h('h2', {}, t('debt.slip')), h('a', { href: path, target: '_blank' }, t('debt.slip.open')), curlButton({ path, out: `${debt.debt_id}.pdf` })),
    navigator.pdfViewerEnabled && h('iframe', { src: `${path}#toolbar=0&navpanes=0&view=FitH`, title: t('debt.slip.of', { id: debt.debt_id }), loading: 'lazy' }));
}
