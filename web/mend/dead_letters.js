/// Messages that were written off, newest first: what they were, why, and what can be done.
/// They stay on their topic whatever is done, so they are a record and not a list of tasks.
import { get } from '../app/api.js';
import { curlButton } from '../app/curl.js';
import { fill, h } from '../app/dom.js';
import { knows, said, t } from '../app/i18n.js';
import { moment, number } from '../app/format.js';
import { link } from '../app/router.js';

const a_page = 50;
const path = `/dead-letters?limit=${a_page}`;

/// Fills `place`; resolves to nothing, since none of them waits for a person.
export async function deadLetters(place, signal) {
  const { dead_letters: letters, next } = await get(path, { signal }).catch((problem) => {
    if (problem.status === 404) return { dead_letters: [], next: null };
    throw problem;
  });
  if (letters.length === 0) return fill(place);
  const head = (name) => h('th', { scope: 'col', role: 'columnheader', class: name === 'attempts' ? 'n' : '' }, t(`dead.${name}`));
  const cell = (kind, ...content) => h('td', { role: 'cell', class: kind }, content);
  const row = (d) => h('tr', { role: 'row' }, h('th', { scope: 'row', role: 'rowheader' }, d.debt_id ? h('a.mono', { href: link('find', d.debt_id) }, d.debt_id) : h('span.quiet', {}, t('dead.no_id'))),
    cell('when', moment(d.published_at)), cell('stage', knows(`stage.${d.error.stage}`) ? t(`stage.${d.error.stage}`) : d.error.stage), cell('n', d.attempts === null ? '–' : number(d.attempts)), cell('reason', knows(`code.${d.error.code}`) && [t(`code.${d.error.code}`), ' '], h('span.quiet', {}, said(d.error.text)), ' ', h('code.code', {}, d.error.code)));
  fill(place, h('details.sheet', {}, h('summary', {}, h('h2', {}, t(next === null ? 'dead.title' : 'dead.many', { n: letters.length }))), h('p.quiet', {}, t('dead.text')),
    h('div.scroll', { role: 'region', tabIndex: 0, 'aria-label': t('dead.label') }, h('table.debts', { role: 'table' },
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ['debt', 'when', 'stage', 'attempts', 'why'].map(head))),
      h('tbody', { role: 'rowgroup' }, letters.map(row)))), h('div.buttons.below', {}, curlButton({ path }))));
}
