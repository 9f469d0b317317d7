/// The stacked bar: all rows of an upload by what became of them, with the numbers below.
import { h, write } from '../app/dom.js';
import { t } from '../app/i18n.js';
import { number, percent } from '../app/format.js';
import { part_names, partsOf } from './parts_of.js';

const stripe = () => {
  const parts = Object.fromEntries(part_names.map((name) => [name, h('span', { class: `part ${name}` })]));
  return { parts, element: h('div.stripe', { 'aria-hidden': 'true' }, Object.values(parts)) };
};

function draw(parts, counts, total) {
  for (const name of part_names) {
    parts[name].style.flexGrow = total > 0 ? counts[name] / total : 0;
    parts[name].hidden = counts[name] === 0;
  }
}

/// `{element, update(upload)}`.
export function stackedBar() {
  const { parts, element: bar } = stripe();
  const numbers = Object.fromEntries(
    part_names.map((name) => {
      const count = h('dd');
      const share = h('dd.share');
      return [name, { count, share, box: h('div', { class: `key ${name}` }, h('dt', t(`part.${name}`)), count, share) }];
    })
  );
  const legend = h(
    'dl.legend',
    Object.values(numbers).map((n) => n.box)
  );
  return {
    element: h('figure.bar', bar, legend),
    update(upload) {
      const counts = partsOf(upload);
      const total = Object.values(counts).reduce((a, b) => a + b, 0);
      bar.classList.toggle('moving', upload.state === 'receiving' || upload.state === 'processing');
      draw(parts, counts, total);
      for (const name of part_names) {
        write(numbers[name].count, number(counts[name]));
        write(numbers[name].share, percent(counts[name], total));
        numbers[name].box.classList.toggle('none', counts[name] === 0);
      }
    }
  };
}

/// The bar alone, small, for a list; the numbers stand beside it.
export function smallBar(upload) {
  const { parts, element } = stripe();
  const counts = partsOf(upload);
  draw(
    parts,
    counts,
    Object.values(counts).reduce((a, b) => a + b, 0)
  );
  element.classList.add('small');
  return element;
}
