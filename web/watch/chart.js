/// A line over time, drawn by uPlot (uplot/uPlot.iife.min.js, fetched on first use).
import { h, write } from '../app/dom.js';
import { language } from '../app/i18n.js';

let loading = null;
function uplot() {
  loading ??= new Promise((resolve, reject) => {
    document.head.append(h('link', { rel: 'stylesheet', href: 'uplot/uPlot.min.css' }));
    document.head.append(
      h('script', { src: 'uplot/uPlot.iife.min.js', on: { load: () => resolve(globalThis.uPlot), error: reject } })
    );
  });
  return loading;
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const dark = matchMedia('(prefers-color-scheme: dark)');

/// `lines`: `[{label, colour (a token), fill}]`. `unit` follows the values at the cursor.
/// `{element, draw(times in seconds, [values of a line...]), end()}`; `words` of `draw` say what
/// is seen, for who cannot see it.
export function chart({ title, lines, unit, height = 180 }) {
  const place = h('div.plot', { role: 'img', 'aria-label': title });
  const at = h('p.at', { 'aria-hidden': 'true' });
  const element = h('figure.chart', h('figcaption', h('h2', title), at), place);
  place.style.height = `${height}px`;
  let plot = null;
  let data = null;
  let made = null;
  let over = false;

  async function make() {
    const uPlot = await uplot().catch(() => null);
    if (!uPlot || over) return;
    plot?.destroy();
    const form = new Intl.NumberFormat(language(), { notation: 'compact', maximumFractionDigits: 1 });
    const exact = new Intl.NumberFormat(language(), { maximumFractionDigits: 0 });
    const time = (options) => {
      const f = new Intl.DateTimeFormat(language(), options);
      return (s) => f.format(new Date(s * 1000));
    };
    const short = time({ hour: '2-digit', minute: '2-digit' });
    const long = time({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
    const axis = {
      stroke: colour('--quiet'),
      font: `12px ${colour('--sans')}`,
      ticks: { show: false },
      grid: { stroke: colour('--line'), width: 1 }
    };
    plot = new uPlot(
      {
        width: place.clientWidth || 300,
        height,
        legend: { show: false },
        cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
        padding: [8, 24, 0, 0],
        scales: { y: { range: (_, low, high) => [0, Math.max(high * 1.1, 10)] } },
        axes: [
          {
            ...axis,
            grid: { show: false },
            space: 90,
            size: 28,
            incrs: [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600],
            values: (_, times) => times.map((s) => (times[1] - times[0] < 60 ? long : short)(s))
          },
          { ...axis, size: 56, space: 36, values: (_, values) => values.map((v) => form.format(v)) }
        ],
        series: [
          {},
          ...lines.map((line) => ({
            label: line.label,
            stroke: colour(line.colour),
            width: 2,
            points: { show: false },
            fill: line.fill ? `${colour(line.colour)}22` : undefined
          }))
        ],
        hooks: { setCursor: [(u) => tell(u, exact, long)] }
      },
      data,
      place
    );
  }

  function tell(u, exact, long) {
    const i = u.cursor.idx ?? (data ? data[0].length - 1 : -1);
    if (i < 0) return;
    const values = lines
      .map((line, k) =>
        data[k + 1][i] === null ? null : `${lines.length > 1 ? `${line.label} ` : ''}${exact.format(data[k + 1][i])}`
      )
      .filter(Boolean);
    write(at, values.length > 0 ? `${long(data[0][i])}  ${values.join('  ')} ${unit}` : '');
  }

  const size = new ResizeObserver(() => plot?.setSize({ width: place.clientWidth, height }));
  size.observe(place);
  dark.addEventListener('change', make);
  return {
    element,
    draw(times, values, words) {
      data = [times, ...values];
      place.setAttribute('aria-label', words);
      if (plot) plot.setData(data);
      else if (!made) made = make();
    },
    end() {
      over = true;
      size.disconnect();
      dark.removeEventListener('change', make);
      plot?.destroy();
    }
  };
}
