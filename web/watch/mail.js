/// The e-mails of an upload where they have a pace: how many wait, how fast they go, when all
/// will be out; and what pauses, resumes and cancels them.
import { note } from '../app/announce.js';
import { may, post } from '../app/api.js';
import { curlButton } from '../app/curl.js';
import { confirm } from '../app/dialog.js';
import { button, fill, h } from '../app/dom.js';
import { moment, number, roughly } from '../app/format.js';
import { t } from '../app/i18n.js';
import { cell, cells } from '../app/parts.js';

const is_paced = (u) => u.mail_limit !== null && u.mail_limit !== undefined;

/// Rows whose e-mails could still go out.
const openOf = (u) => (u.mail_waiting ?? 0) + (u.held ?? 0);

/// Which of the three can be done now.
export function mailActions(u) {
  if (openOf(u) === 0) return [];
  if (u.mail === 'on') return is_paced(u) ? ['pause', 'cancel'] : [];
  return u.mail === 'paused' ? ['resume', 'cancel'] : ['resume'];
}

/// Seconds until all are out; NaN where nobody knows.
export const mailLeft = (u, now = Date.now()) => (u.mail_eta ? Math.max(0, (Date.parse(u.mail_eta) - now) / 1000) : NaN);

/// `{element, update(upload)}`; `changed` takes the upload as it is after an action.
export function mailSheet(id, changed) {
  const path = `/uploads/${encodeURIComponent(id)}/mail`;
  const waiting = cell(t('mail.waiting'), '');
  const oldest = cell(t('mail.oldest'), '');
  const left = cell(t('mail.left'), '');
  const rate = cell(t('mail.rate'), '');
  const limit = cell(t('mail.limit'), '');
  const words = h('div');
  const buttons = h('div.buttons');
  const element = h('section.sheet.mails', { hidden: true }, h('h2', t('mail.title')), words, cells(waiting, left, rate, limit, oldest), buttons);
  let upload = null;
  let drawn = '';

  async function tell(action) {
    const n = openOf(upload);
    if (!(await confirm({ title: t(`mail.${action}.ask`, { n }), text: t(`mail.${action}.text`), action: t(`mail.${action}`), danger: action === 'cancel' })))
      return;
    try {
      changed(await post(path, { action }));
      note(t(`mail.${action}.done`));
    } catch (problem) {
      note(problem.text ?? problem.message, 'bad');
    }
  }

  const kinds = { pause: 'primary', resume: 'primary', cancel: 'danger' };

  function update(now) {
    upload = now;
    const actions = may('ops') ? mailActions(now) : [];
    element.hidden = now.mail === 'on' && !(is_paced(now) && openOf(now) > 0);
    waiting.set(number(openOf(now)));
    oldest.set(now.mail_oldest_at ? moment(now.mail_oldest_at) : '–');
    left.set(roughly(mailLeft(now)));
    rate.set(is_paced(now) ? t('mail.per_second', { rate: number(now.mail_rate) }) : '–');
    limit.set(is_paced(now) ? t(`mail.limit.${now.mail_limit}`) : '–');
    // Drawn anew only where it is another: the focus may be on a button.
    const key = `${now.mail} ${actions}`;
    if (key === drawn) return;
    drawn = key;
    fill(words, now.mail !== 'on' && h('p.hint.warn', t(`mail.is.${now.mail}`)));
    fill(
      buttons,
      actions.map((action) => button(kinds[action], t(`mail.${action}`), () => tell(action))),
      actions.length > 0 && curlButton({ method: 'POST', path, body: { action: actions[0] } })
    );
  }

  return { element, update };
}
