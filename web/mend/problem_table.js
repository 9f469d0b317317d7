/// The table of rows that did not go through (its parts tell their roles themselves: on a telephone
/// rows are drawn as blocks): counts per code to choose from, a filter, and
/// the first rows.
import { curlButton } from '../app/curl.js';
import { fill, h, write } from '../app/dom.js';
import { knows, said, t } from '../app/i18n.js';
import { number } from '../app/format.js';
import { errorState } from '../app/parts.js';
import { link } from '../app/router.js';
import { kept_rows, pick } from './problems.js';

const longest_value = 80;
// Reading fast draws no faster than one can look.
const redraw_ms = 300;

/// `{element, update(problems), fail(problem, again), total(), rowsOf(code)}`.
export function problemTable(id) {
  const codes = h('div.codes', { role: 'group', 'aria-label': t('problems.codes') });
  const wanted = h('input', { type: 'search', id: 'wanted', on: { input: () => drawRows() } });
  const caption = h('p.quiet', { role: 'status' });
  const body = h('tbody', { role: 'rowgroup' });
  const trouble = h('div');
  let problems = null;
  let chosen = null;
  let drawn = 0;

  const file = (name, title) => h('li', {}, h('a', { href: `/uploads/${id}/${name}.csv`, download: `${name}-${id}.csv` }, `${name}.csv`), ' ', h('span.quiet', {}, title), ' ', curlButton({ path: `/uploads/${id}/${name}.csv`, out: `${name}-${id}.csv` }));
  const element = h('section.sheet.problems', {}, h('h2', {}, t('problems.title')), codes,
    h('div.narrow', {}, h('label', { for: 'wanted' }, t('problems.filter')), wanted), trouble,
    h('div.scroll', { role: 'region', tabIndex: 0, 'aria-label': t('problems.title') }, h('table', { role: 'table' },
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, h('th.n', { scope: 'col', role: 'columnheader', title: t('rows.number.title') }, '#'), ['debt', 'field', 'value', 'what'].map((name) => h('th', { scope: 'col', role: 'columnheader' }, t(`problems.${name}`))))), body)),
    caption, h('ul.downloads', {}, file('errors', t('problems.errors')), file('results', t('problems.results'))));

  function choose(code) {
    chosen = code;
    drawCodes();
    drawRows();
  }

  function drawCodes() {
    const chip = (code, label, count) => h('button.chip', { type: 'button', 'aria-pressed': String(chosen === code), on: { click: () => choose(code) } }, label, ' ', h('b', {}, number(count)));
    const focused = codes.contains(document.activeElement) ? [...codes.children].indexOf(document.activeElement) : -1;
    const sorted = [...problems.codes].sort((a, b) => b[1].count - a[1].count);
    fill(codes, chip(null, t('problems.all'), problems.total), sorted.map(([code, { count }]) => chip(code, knows(`short.${code}`) ? t(`short.${code}`) : code, count)));
    codes.children[focused]?.focus();
  }

  function drawRows() {
    if (!problems) return;
    const rows = pick(problems, chosen, wanted.value);
    fill(body, rows.map(row));
    const of = chosen === null ? problems.total : problems.codes.get(chosen)?.count ?? 0;
    const partly = rows.length < of;
    write(caption, !problems.whole ? t('problems.reading', { n: problems.total }) : rows.length === 0 && wanted.value ? t('problems.nothing')
      : partly ? t(wanted.value ? 'problems.found' : 'problems.first', { n: rows.length, total: of }) : t('problems.shown', { n: of }));
  }

  return {
    element,
    update(now) {
      problems = now;
      if (!now.whole && Date.now() < drawn + redraw_ms) return;
      drawn = Date.now();
      if (chosen !== null && !now.codes.has(chosen)) chosen = now.whole ? null : chosen;
      fill(trouble);
      drawCodes();
      drawRows();
    },
    fail: (problem, again) => fill(trouble, errorState(problem, again)),
    total: () => problems?.total ?? 0,
    rowsOf: (code) => problems?.codes.get(code)?.rows ?? [],
  };
}

// A row that was accepted is a debt that one can look at.
function row(p) {
  const stands = ['conflict', 'failed', 'in_doubt', 'put_off'].includes(p.code);
  const value = p.value ?? '';
  const what = knows(`code.${p.code}`) ? t(`code.${p.code}`) : said(p.error);
  const cell = (kind, ...content) => h(`td.${kind}`, { role: 'cell' }, content);
  return h('tr', { role: 'row' }, cell('n', p.row === null ? '–' : number(p.row)),
    cell('debt-id', stands ? h('a.mono', { href: link('find', p.debt_id) }, p.debt_id) : h('span.mono', {}, p.debt_id.replace(/^'(?=[=+\-@])/, ''))),
    cell('field', p.field && h('code', {}, p.field)),
    cell('value', value !== '' && h('q', { title: value.length > longest_value ? value : null }, value.slice(0, longest_value))),
    cell('what', what, stands && p.error && p.error !== what && [' ', h('span.quiet', {}, said(p.error))], ' ', h('code.code', {}, p.code)));
}
