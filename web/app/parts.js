/// The states that every view has, and the pieces that several use.
import { button, h, svg, write } from './dom.js';
import { t } from './i18n.js';

/// Nothing there yet: says why and what to do.
export function emptyState(title, text, action = null) {
  return h('section.state.empty', bars(), h('h2', title), h('p', text), action);
}

/// The shape of what is coming; `lines` of it.
export function loadingState(lines = 4) {
  return h(
    'section.state.loading',
    { 'aria-busy': 'true' },
    h('p.unseen', t('state.loading')),
    Array.from({ length: lines }, () => h('div.ghost', { 'aria-hidden': 'true' }))
  );
}

/// What went wrong, in words, and a way on.
export function errorState(problem, retry = null, title = t('state.error')) {
  return h(
    'section.state.error',
    { role: 'alert' },
    h('h2', title),
    h('p', problem.text ?? problem.message),
    retry && h('p', button('', t('state.retry'), retry))
  );
}

/// Label above, value below, as the fields of a boleto. `value` may be a node;
/// returns the cell, whose `set(text)` and `name(text)` change them.
export function cell(label, value, kind = '') {
  const name = h('dt', label);
  const field = h('dd', value);
  return Object.assign(h('div.cell', { class: kind }, name, field), {
    set: (text) => write(field, text),
    name: (text) => write(name, text)
  });
}

export const cells = (...list) => h('dl.cells', list);

/// A heading as a boleto has it: a name, a code between two thick lines, and what follows.
export function heading(name, code = null, ...rest) {
  return h(
    'div.heading',
    h('h1', h('span', name), code !== null && [' ', h('span.code', code)]),
    rest.length > 0 && h('div.beside', rest)
  );
}

/// The state of an upload in a word.
export const badge = (state) => h('span.badge', { class: state }, t(`upload.${state}`));

/// The mark: a few bars.
export function bars() {
  const widths = [3, 1, 1, 2, 4, 1, 1, 3, 1, 2, 1, 1, 3, 2];
  let x = 0;
  const path = widths
    .map((w) => {
      const bar = `M${x} 0h${w}v20h-${w}z`;
      x += w + 2;
      return bar;
    })
    .join('');
  return svg(
    'svg',
    { class: 'bars', viewBox: `0 0 ${x - 2} 20`, 'aria-hidden': 'true', focusable: 'false' },
    svg('path', { d: path })
  );
}
