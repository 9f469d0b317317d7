/// What has happened to a debt, in order, with times and reasons.
import { h } from '../app/dom.js';
import { said, t } from '../app/i18n.js';
import { moment, number } from '../app/format.js';
import { link } from '../app/router.js';

/// `debt` as the API tells it; of the slip no time is known.
export function history(debt) {
  const steps = [accepted(debt), debt.linha_digitavel && { kind: 'slip', title: t('history.slip') }, debt.attempt > 1 && { kind: 'slip', title: t('history.attempt', { n: debt.attempt }) }, end(debt)];
  return h('section', {}, h('h2', {}, t('history.title')), h('ol.history', {}, steps.filter(Boolean).map((s) => h('li', { class: s.kind },
    h('strong', {}, s.title), s.at && h('time', { dateTime: s.at }, moment(s.at)), s.text && h('p', {}, s.text)))));
}

function accepted(debt) {
  const from = debt.upload_id ? [t('history.from.row', { row: number(debt.row ?? 0) }), ' ', h('a', { href: link('uploads', debt.upload_id) }, t('history.from.upload', { id: debt.upload_id }))] : null;
  return { kind: 'accepted', title: t('history.accepted'), at: debt.created_at, text: from };
}

function end(debt) {
  const at = debt.updated_on ?? debt.created_at;
  switch (debt.status) {
    case 'emailed': return { kind: 'emailed', title: t('history.emailed'), at, text: t('history.to', { email: debt.email }) };
    case 'failed': return { kind: 'failed', title: t('history.failed'), at, text: said(debt.failure) };
    case 'in_doubt': return { kind: 'in_doubt', title: t('history.in_doubt'), at: debt.mail_tried_at ?? at, text: said(debt.failure) };
    default: return debt.failure ? { kind: 'in_doubt', title: t('history.put_off', { n: debt.put_offs ?? 1 }), at, text: said(debt.failure) } : { kind: 'waiting', title: t(`history.waiting.${debt.status}`) };
  }
}
