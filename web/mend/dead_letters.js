/// Messages that were written off: what they were, why, and what can be done.
import { get } from '../app/api.js';
import { curlButton } from '../app/curl.js';
import { fill, h } from '../app/dom.js';
import { t } from '../app/i18n.js';
import { moment, number } from '../app/format.js';
import { link } from '../app/router.js';

const a_page = 50;
const path = `/dead-letters?limit=${a_page}`;

/// Fills `place`; resolves to whether there are any.
export async function deadLetters(place, signal) {
  const { dead_letters: letters, next } = await get(path, { signal });
  if (letters.length === 0) return void fill(place);
  const row = (d) => h('tr', {}, h('td', {}, d.created_at ? moment(d.created_at) : ''),
    h('th', { scope: 'row' }, d.debt_id ? h('a.mono', { href: link('find', d.debt_id) }, d.debt_id) : h('span.quiet', {}, t('dead.no_id'))),
    h('td', {}, h('code', {}, d.stage)), h('td', {}, d.error, ' ', h('code.code', {}, d.code)), h('td.n', {}, number(d.attempts)));
  fill(place, h('div.sheet', {}, h('h2', {}, t(next ? 'dead.many' : 'dead.title', { n: letters.length })), h('p.quiet', {}, t('dead.text')),
    h('div.scroll', { role: 'region', tabIndex: 0, 'aria-label': t('dead.label') }, h('table', {},
      h('thead', {}, h('tr', {}, ['when', 'debt', 'stage', 'why'].map((name) => h('th', { scope: 'col' }, t(`dead.${name}`))), h('th.n', { scope: 'col' }, t('dead.attempts')))),
      h('tbody', {}, letters.map(row)))), h('div.buttons.below', {}, curlButton({ path }))));
  return true;
}
