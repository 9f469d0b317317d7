/// Debts in doubt: whether their e-mail went out a person has to say.
import { note } from '../app/announce.js';
import { curlButton } from '../app/curl.js';
import { confirm } from '../app/dialog.js';
import { h } from '../app/dom.js';
import { t } from '../app/i18n.js';
import { debtPath, resolveDebt } from '../find/debts.js';

const at_a_time = 4;

/// Explains the choice and its risk.
export const doubtHint = () => h('div.hint.warn', {}, h('strong', {}, t('doubt.title')), h('p', {}, t('doubt.text')));

/// Takes the decision on debts; asks first where mails may go out twice. Resolves to whether
/// anything was decided.
export async function decide(ids, outcome) {
  const n = ids.length;
  const sure = await confirm({ title: t(`doubt.${outcome}.ask`, { n, id: ids[0] }), text: t(`doubt.${outcome}.text`), action: t(`doubt.${outcome}`, { n }), danger: outcome === 'resend' });
  if (!sure) return false;
  const waiting = [...ids];
  let done = 0;
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      await resolveDebt(id, outcome);
      ++done;
    }
  };
  try {
    await Promise.all(Array.from({ length: at_a_time }, work));
    note(t(`doubt.${outcome}.done`, { n }));
  } catch (problem) {
    waiting.length = 0;
    note(problem.text ?? problem.message, 'bad');
  }
  return done > 0;
}

/// The two buttons of one debt, or of several.
export function doubtButtons(ids, decided) {
  const button = (outcome) => h('button.small', { type: 'button', on: { click: async () => { if (await decide(ids, outcome)) decided(); } } },
    t(ids.length > 1 ? `doubt.${outcome}.all` : `doubt.${outcome}`, { n: ids.length }));
  return [button('sent'), button('resend'), ids.length === 1 && curlButton({ method: 'POST', path: debtPath(ids[0], 'resolve'), body: { outcome: 'sent' } })];
}
