/// Find: a debt by its id, its e-mail or its document; `#/find/ID` leads to it.
import { announce } from '../app/announce.js';
import { get } from '../app/api.js';
import { curlButton } from '../app/curl.js';
import { fill, h } from '../app/dom.js';
import { t } from '../app/i18n.js';
import { emptyState, errorState, heading, loadingState } from '../app/parts.js';
import { link } from '../app/router.js';
import { showDebt } from './debt.js';
import { debtPath, debtTable, listDebts, listPath } from './debts.js';
import { waysToFind } from './query.js';

const debts_a_page = 50;

export const title = ({ id }) => id ? t('find.title.of', { id }) : t('nav.find');

export function show(main, { id = '' }) {
  const abort = new AbortController();
  const wanted = h('input', { type: 'search', id: 'wanted', value: id, autocomplete: 'off', spellcheck: false, 'aria-describedby': 'find-hint' });
  const form = h('form.find', { role: 'search', on: { submit } }, h('label', { for: 'wanted' }, t('find.label')),
    h('div.buttons', {}, wanted, h('button.primary', {}, t('find.go'))));
  const place = h('div.found');
  let end = null;

  main.append(heading(t('find.title')), form, place);

  function submit(event) {
    event.preventDefault();
    const asked = wanted.value.trim();
    if (asked === '') return wanted.focus();
    const to = link('find', asked);
    if (location.hash === to) find(); else location.hash = to;
  }

  async function find() {
    end?.();
    end = null;
    fill(place, loadingState(3));
    try {
      for (const way of waysToFind(id)) if (await look(way)) return;
      fill(place, emptyState(t('find.none.title'), t('find.none.text', { id }), h('button', { type: 'button', on: { click: find } }, t('state.retry'))));
      announce(t('find.none.title'));
    } catch (problem) {
      if (problem.name !== 'AbortError') fill(place, errorState(problem, find));
    }
  }

  // Whether there is something.
  async function look({ by, value }) {
    if (by === 'id') {
      const debt = await get(debtPath(value), { signal: abort.signal }).catch((problem) => {
        if (problem.status === 404) return null;
        throw problem;
      });
      if (debt) end = showDebt(fill(place), debt);
      return Boolean(debt);
    }
    const filter = { [by]: value, limit: debts_a_page };
    const page = await listDebts(filter, abort.signal);
    if (page.bankslips.length === 0) return false;
    if (page.bankslips.length === 1 && page.next === null) {
      end = showDebt(fill(place), page.bankslips[0]);
      return true;
    }
    showList(filter, page);
    return true;
  }

  function showList(filter, page) {
    const debts = [...page.bankslips];
    let { next } = page;
    const found = () => t(next === null ? 'find.some' : 'find.many', { n: debts.length });
    const draw = () => fill(place, h('section.sheet', {}, h('h2', {}, found()),
      debtTable(t('find.list'), debts),
      h('div.buttons.below', {}, next !== null && h('button', { type: 'button', on: { click: more } }, t('find.more')), curlButton({ path: listPath(filter) }))));
    async function more() {
      try {
        const page = await listDebts({ ...filter, after: next }, abort.signal);
        debts.push(...page.bankslips);
        next = page.next;
        draw();
        announce(found());
      } catch (problem) {
        if (problem.name !== 'AbortError') fill(place, errorState(problem, draw));
      }
    }
    draw();
    announce(found());
  }

  if (id) find();
  else fill(place, hints());
  return () => {
    abort.abort();
    end?.();
  };
}

const hints = () => h('dl.cells.hints', { id: 'find-hint' }, ['id', 'email', 'document'].map((by) => h('div.cell.text', {}, h('dt', {}, t(`find.by.${by}`)), h('dd', {}, h('code', {}, t(`find.example.${by}`))))));
