/// System: lanes, workers, stages and links of the process that serves the page, as they are now.
import { fill, h, write } from '../app/dom.js';
import { knows, said, t } from '../app/i18n.js';
import { latency, moment, number } from '../app/format.js';
import { cell, cells, errorState, heading, loadingState } from '../app/parts.js';
import { announce } from '../app/announce.js';
import { curlButton } from '../app/curl.js';
import { showConnection } from '../app/shell.js';
import { openStream } from '../app/stream.js';
import { chart } from './chart.js';

const most_points = 1200;
const stages = ['parse', 'publish', 'check', 'boleto', 'email', 'store'];
// From the client's socket to the database.
const link_names = ['upload', 'chunks', 'publisher', 'lanes', 'pool', 'stores'];
// The scale of stages: a factor of ten takes the same room everywhere, from 10 µs to 10 s.
const [least_us, most_us] = [1e1, 1e7];

export const title = () => t('nav.system');

export function show(main) {
  let view = null;
  let last = null;
  let live = false;
  main.append(heading(t('nav.system')), loadingState(6));
  const stream = openStream('/events', {
    on: {
      system(now) {
        last = now;
        view ??= draw(main, now);
        view.update(now);
      }
    },
    state(s) {
      showConnection(s);
      if (live && s.is !== 'live') view?.gap();
      live = s.is === 'live';
      if (s.status === 403) fill(main, heading(t('nav.system')), errorState({ text: t('error.scope', { scope: 'ops' }) }));
    }
  });
  // An event comes when something changes; the line goes on all the same.
  const clock = setInterval(() => live && last && view.goOn(last), 1_000);
  return () => {
    clearInterval(clock);
    stream.close();
    view?.end();
    showConnection(null);
  };
}

function draw(main, first) {
  const away = h('div.whole', { hidden: true });
  const well = h('span.well');
  const emailed = cell(t('system.emailed'), '');
  const accepted = cell(t('system.accepted'), '');
  const lag = cell(t('system.lag'), '');
  const running = cell(t('system.running'), '');
  const lanes = rowsOf(laneRow, (lane) => lane.partition, h('tbody'));
  const workers = rowsOf(workerRow, (worker) => worker.id);
  const links = rowsOf(linkRow, (entry) => entry.name);
  const stage_list = rowsOf(stageRow, (entry) => entry.name);
  const more = h('ul.chips');
  const plot = chart({
    title: t('system.chart'),
    unit: t('rate.unit'),
    height: 200,
    lines: [
      { label: t('system.accepted.short'), colour: '--slip' },
      { label: t('system.emailed.short'), colour: '--emailed', fill: true }
    ]
  });
  const history = { times: [], accepted: [], emailed: [] };
  let told = '';

  const lane_head = h(
    'tr',
    lane_heads.map((key) => h('th', { scope: 'col', class: key === 'lane' || key === 'state' ? '' : 'n' }, t(`lane.${key}`))),
    h('td.meter-column')
  );
  const section = (name, ...content) =>
    h('section.sheet', { 'aria-labelledby': `system-${name}` }, h('h2', { id: `system-${name}` }, t(`system.${name}`)), content);
  fill(
    main,
    heading(
      t('nav.system'),
      null,
      well,
      h('span.quiet', t('system.since', { time: moment(first.started_at) })),
      curlButton({ path: '/events' })
    ),
    h(
      'div.system',
      away,
      h('div.whole', cells(emailed, accepted, lag, running)),
      h('section.sheet.whole', plot.element),
      h(
        'div.stack',
        section('lanes', h('table.lanes', h('thead', lane_head), lanes.element)),
        section('stages', h('p.quiet.explain', t('system.stages.text')), stage_list.element)
      ),
      h(
        'div.stack',
        section('workers', workers.element),
        section('links', h('p.quiet.explain', t('system.links.text')), links.element)
      ),
      h('section.sheet.whole', { 'aria-label': t('system.more') }, more)
    )
  );

  function update(now) {
    const rates = now.rates ?? {};
    emailed.set(t('rate.rows', { rate: number(Math.round(rates.emailed ?? 0)) }));
    accepted.set(t('rate.rows', { rate: number(Math.round(rates.accepted ?? 0)) }));
    lag.set(now.lag === null ? '–' : number(now.lag));
    running.set(now.uploads ? number(now.uploads.length) : '–');
    const most = Math.max(1, ...now.lanes.map((l) => l.lag ?? 0));
    lanes.update(now.lanes.map((l) => ({ ...l, most })));
    workers.update(now.workers.toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true })));
    links.update(link_names.filter((name) => name in now.links).map((name) => ({ name, ...now.links[name] })));
    stage_list.update(stages.filter((s) => s in now.stage_us).map((name) => ({ name, us: now.stage_us[name] })));
    drawAway(now.away);
    drawMore(now);
    push(Date.now() / 1000, rates);
  }

  // `rates` null: nobody knows them.
  function push(at, rates) {
    history.times.push(at);
    history.accepted.push(rates && (rates.accepted ?? 0));
    history.emailed.push(rates && (rates.emailed ?? 0));
    if (history.times.length > most_points) for (const list of Object.values(history)) list.shift();
    plot.draw(
      history.times,
      [history.accepted, history.emailed],
      t('upload.chart.words', { rate: number(Math.round(rates?.emailed ?? 0)) })
    );
  }

  function drawAway(list) {
    const words = list.map((a) => `${awayName(a.dependency)}: ${said(a.reason)}`);
    const all = words.join('\n');
    write(well, all === '' ? t('system.well') : '');
    if (all === told) return;
    told = all;
    away.hidden = all === '';
    fill(
      away,
      h(
        'div.hint.bad',
        h('strong', t('system.away')),
        words.map((w) => h('p', w))
      )
    );
    announce(all === '' ? t('system.well') : `${t('system.away')} ${all}`);
  }

  function drawMore(now) {
    const chips = [
      ...Object.entries(now.breakers).map(([name, open]) => [
        t(`breaker.${name}`),
        t(open ? 'breaker.open' : 'breaker.closed'),
        open
      ]),
      ...Object.entries(now.restarts).map(([name, n]) => [
        t('system.restarts', { name: knows(`actor.${name}`) ? t(`actor.${name}`) : name }),
        number(n),
        n > 0
      ])
    ];
    const text = JSON.stringify(chips);
    if (more.dataset.text === text) return;
    more.dataset.text = text;
    fill(
      more,
      chips.map(([name, value, bad]) => h('li', { class: bad ? 'bad' : '' }, h('span.quiet', name), ' ', h('strong', value)))
    );
  }

  const goOn = (now) => Date.now() / 1000 - history.times.at(-1) > 0.9 && push(Date.now() / 1000, now.rates);
  return { update, goOn, gap: () => push(Date.now() / 1000, null), end: () => plot.end() };
}

/// A list whose lines stay where they are while their values change. `make()` gives
/// `{element, update(value)}`.
function rowsOf(make, key, element = h('ul.lines')) {
  const lines = new Map();
  return {
    element,
    update(values) {
      const keys = new Set(values.map(key));
      for (const [k, line] of lines)
        if (!keys.has(k)) {
          line.element.remove();
          lines.delete(k);
        }
      for (const value of values) {
        if (!lines.has(key(value))) {
          lines.set(key(value), make(value));
          element.append(lines.get(key(value)).element);
        }
        lines.get(key(value)).update(value);
      }
    }
  };
}

/// "lane 3" in the page's language.
function awayName(dependency) {
  const [, name, number_after] = /^(.*?)(?: (\d+))?$/.exec(dependency);
  return `${knows(`away.${name}`) ? t(`away.${name}`) : name}${number_after ? ` ${number_after}` : ''}`;
}

function meter(kind) {
  const filled = h('span');
  return {
    element: h('span', { class: `meter ${kind}`, 'aria-hidden': 'true' }, filled),
    set(share) {
      filled.style.width = `${Math.min(1, Math.max(0, share)) * 100}%`;
    }
  };
}

const lane_heads = ['lane', 'state', 'waiting', 'credit', 'lag'];

function laneRow(lane) {
  const bar = meter('lag');
  const state = h('td');
  const [waiting, credit, lag] = [h('td.n'), h('td.n'), h('td.n')];
  return {
    element: h('tr', h('th', { scope: 'row' }, lane.partition), state, waiting, credit, lag, h('td.meter-column', bar.element)),
    update(now) {
      bar.set((now.lag ?? 0) / now.most);
      write(state, now.error !== null ? said(now.error) : t(now.in_flight > 0 ? 'lane.busy' : now.lag > 0 ? 'lane.waits' : 'lane.idle'));
      state.classList.toggle('trouble', now.error !== null);
      write(waiting, number(now.waiting));
      write(credit, number(now.credit));
      write(lag, now.lag === null ? '–' : number(now.lag));
    }
  };
}

function workerRow(worker) {
  const work = h('span.work');
  const restarts = h('span.trouble');
  const element = h('li.worker', h('span.name', worker.id.replace(/^worker\b/, t('worker.name'))), work, restarts);
  return {
    element,
    update(now) {
      element.classList.toggle('idle', !now.works_on);
      write(work, workText(now.works_on));
      write(restarts, now.restarts > 0 ? t('worker.restarts', { n: now.restarts }) : '');
    }
  };
}

function workText(text) {
  if (!text) return t('worker.idle');
  const found = /^partition (\d+), offsets (\d+) to (\d+)$/.exec(text);
  if (!found) return text;
  const [partition, from, to] = found.slice(1).map(Number);
  return t('worker.works', { partition, from, to, n: to - from + 1 });
}

function stageRow({ name }) {
  const bar = meter('stage');
  const time = h('strong');
  return {
    element: h('li', h('span.name', t(`stage.${name}`)), bar.element, time),
    update(now) {
      bar.set(now.us > 0 ? Math.log(now.us / least_us) / Math.log(most_us / least_us) : 0);
      write(time, now.us > 0 ? latency(now.us / 1e6) : '–');
    }
  };
}

function linkRow({ name }) {
  const bar = meter('link');
  const used = h('strong');
  const element = h('li', h('span.name', t(`link.${name}`)), bar.element, used);
  return {
    element,
    update(now) {
      const places = now.in_flight + now.credit;
      bar.set(places > 0 ? now.in_flight / places : 0);
      write(used, places > 0 ? t('link.used', { n: now.in_flight, places }) : '–');
      element.classList.toggle('full', now.credit === 0 && now.in_flight > 0);
    }
  };
}
