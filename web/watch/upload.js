/// Watch: one upload.
import { fill, h, write } from '../app/dom.js';
import { get } from '../app/api.js';
import { t } from '../app/i18n.js';
import { clock, duration, moment, number, roughly } from '../app/format.js';
import { badge, cell, cells, errorState, heading, loadingState } from '../app/parts.js';
import { announce } from '../app/announce.js';
import { curlButton } from '../app/curl.js';
import { link } from '../app/router.js';
import { showConnection } from '../app/shell.js';
import { stackedBar } from './bar.js';
import { chart } from './chart.js';
import { follow } from './follow.js';
import { mailLeft, mailSheet } from './mail.js';
import { endedOf } from './parts_of.js';
import { rate_history } from './rate_history.js';
import { rate_window } from './rate.js';
import { summary, troubles } from './summary.js';
import { failureDetail, howFar, isRunning, spanOf } from './upload_facts.js';

const say_every_ms = 15_000;
const beat_ms = 1_000;

export const title = ({ id }) => t('upload.title', { id });

export function show(main, { id }) {
  let view = null;
  let stop = () => {};
  let over = false;
  fill(main, heading(t('upload.name'), id), loadingState());

  async function load() {
    try {
      const upload = await get(`/uploads/${encodeURIComponent(id)}`);
      if (over) return;
      stop();
      view?.end();
      view = draw(main, upload, load);
      if (isRunning(upload))
        stop = follow(id, view.update, (s) => {
          showConnection(s);
          view.connection(s);
        });
    } catch (problem) {
      if (over) return;
      const lost = problem.status === 404 || problem.status === 422;
      fill(
        main,
        heading(t('upload.name'), id),
        lost
          ? [
              errorState({ text: t('upload.lost.text') }, null, t('upload.lost')),
              h('p', h('a', { href: '#/uploads' }, t('uploads.title')))
            ]
          : errorState(problem, load)
      );
    }
  }

  load();
  return () => {
    over = true;
    stop();
    view?.end();
    showConnection(null);
  };
}

/// `again` draws it anew: it goes on, or has come to its end.
function draw(main, first, again) {
  const id = first.upload_id;
  const state = badge(first.state);
  const when = h('span.when', moment(first.created_at));
  const bar = stackedBar();
  const share = h('strong');
  const of_rows = h('span.quiet');
  const speed = cell(t('upload.speed'), '');
  const left = cell(t('upload.left'), '');
  const took = cell(t('upload.elapsed'), '');
  const facts = cells(speed, left, took);
  const whole = h(
    'section.sheet',
    { 'aria-label': t('upload.ends') },
    h('div.how-far', h('p.far', share, of_rows), facts),
    bar.element
  );
  const mails = mailSheet(id, (now) => (isRunning(now) === isRunning(upload) ? update(now) : again()));
  const end_words = h('div');
  const next = h('div');
  const downloads = h('div');
  const history = rate_history(id);
  const recent = rate_window(4_000);
  const steady = rate_window(20_000);
  const plot =
    isRunning(first) || history.times.length > 1
      ? chart({
          title: t('upload.chart'),
          unit: t('rate.unit'),
          lines: [{ label: t('upload.speed'), colour: '--pen', fill: true }]
        })
      : null;
  let said = Date.now();
  let heard = 0;
  let live = false;
  let upload = first;
  let worded = null;

  fill(
    main,
    heading(t('upload.name'), id, state, when),
    h(
      'div.upload-view',
      end_words,
      whole,
      mails.element,
      plot && h('section.sheet', plot.element, h('p.see-also', h('a', { href: '#/system' }, t('upload.system')))),
      next,
      downloads
    )
  );

  function update(now) {
    const before = upload;
    upload = now;
    const at = Date.now();
    heard = at;
    // While the file comes in its rows count; then those that reached their end.
    const count = upload.state === 'receiving' ? upload.rows : endedOf(upload);
    if (before.state === 'receiving' && upload.state !== 'receiving') {
      recent.clear();
      steady.clear();
    }
    recent.push(count, at);
    steady.push(count, at);
    const rate = recent.rate(2_000);
    if (rate !== null && isRunning(upload)) history.push(at / 1000, rate);
    numbers();
    if (upload.state !== worded) words();
    if (at - said > say_every_ms && isRunning(upload)) {
      said = at;
      announce(
        t('upload.said', { id, share: howFar(upload) ?? '–', left: roughly(steady.left(upload.accepted) ?? NaN) })
      );
    }
    if (isRunning(before) && !isRunning(upload)) announce(summary(upload));
  }

  function numbers() {
    const running = isRunning(upload);
    bar.update(upload);
    mails.update(upload);
    const part = howFar(upload);
    document.title = `${part !== null && running ? `${part} · ` : ''}${title({ id })} · Bankslip`;
    write(share, part ?? number(upload.rows));
    const of = part !== null ? 'ended' : running ? 'so_far' : 'arrived';
    write(of_rows, t(`upload.rows.${of}`, { n: of === 'ended' ? upload.accepted : upload.rows }));
    const average = endedOf(upload) / spanOf(upload);
    speed.set(rateText(running ? recent.rate() : average));
    speed.name(t(running ? 'upload.speed' : 'upload.speed.mean'));
    left.set(upload.state === 'processing' ? roughly(upload.mail_eta ? mailLeft(upload) : (steady.left(upload.accepted) ?? NaN)) : '–');
    left.hidden = !running;
    // Nobody knows when an aborted one ended, and one that was refused has nothing to show.
    facts.hidden = upload.state === 'aborted';
    whole.hidden = facts.hidden && upload.rows === 0;
    took.set(duration(spanOf(upload)));
    if (history.times.length > 1)
      plot?.draw(history.times, [history.values], t('upload.chart.words', { rate: number(Math.round(recent.rate() ?? 0)) }));
  }

  function words() {
    worded = upload.state;
    const running = isRunning(upload);
    state.className = `badge ${upload.state}`;
    write(state, t(`upload.${upload.state}`));
    const kind = running ? '' : upload.state === 'aborted' ? 'bad' : troubles(upload) > 0 ? 'warn' : 'good';
    const detail = failureDetail(upload);
    fill(end_words, h('div', { class: `hint ${kind}` }, h('p', summary(upload)), detail && h('p.quiet', { lang: 'en' }, detail)));
    fill(next, !running && whatNext(upload));
    fill(downloads, files(upload));
  }

  // Without news nothing has changed: the rate falls, and the line goes on.
  function beat() {
    if (!isRunning(upload)) return;
    if (live && Date.now() - heard >= beat_ms) update(upload);
    else took.set(duration(spanOf(upload)));
  }

  function connection({ is, since }) {
    const stale = is === 'cut';
    live = is === 'live';
    main.classList.toggle('stale', stale);
    write(when, stale ? t('upload.stale', { time: clock(since) }) : moment(upload.created_at));
    if (stale || is === 'resting') {
      if (history.values.at(-1) !== null) history.push(Date.now() / 1000, null);
      recent.clear();
      steady.clear();
      speed.set('–');
      left.set('–');
    }
  }

  update(first);
  const timer = setInterval(beat, beat_ms);
  return {
    update,
    connection,
    end() {
      main.classList.remove('stale');
      clearInterval(timer);
      plot?.end();
    }
  };
}

const rateText = (rate) => (Number.isFinite(rate) && rate !== null ? t('rate.rows', { rate: number(Math.round(rate)) }) : '–');

function whatNext(u) {
  const steps = [
    u.rejected > 0 && ['rejected', u.rejected],
    u.conflicts > 0 && ['conflicts', u.conflicts],
    u.failed > 0 && ['failed', u.failed],
    u.in_doubt > 0 && ['in_doubt', u.in_doubt]
  ].filter(Boolean);
  return (
    steps.length > 0 &&
    h(
      'section.sheet.next',
      h('h2', t('upload.next')),
      h(
        'ul',
        steps.map(([what, n]) => h('li', h('strong', number(n)), ' ', t(`upload.next.${what}`, { n })))
      ),
      h('a.button.primary', { href: link('mend', u.upload_id) }, t('upload.mend'))
    )
  );
}

function files(u) {
  const path = (name) => `/uploads/${encodeURIComponent(u.upload_id)}/${name}`;
  const line = (name) =>
    h(
      'li',
      h('a', { href: path(name), download: `upload-${u.upload_id}-${name}` }, name),
      h('span.quiet', t(`upload.file.${name}`)),
      curlButton({ path: path(name), out: name })
    );
  return h(
    'section.sheet.file-list',
    h('h2', t('upload.files')),
    h(
      'ul',
      {},
      !isRunning(u) && line('results.csv'),
      line('errors.csv'),
      u.state !== 'receiving' && u.rejected > 0 && line('rejected.csv'),
      h(
        'li',
        h('a', { href: path('').slice(0, -1) }, 'JSON'),
        h('span.quiet', t('upload.file.json')),
        curlButton({ path: path('').slice(0, -1) })
      ),
      isRunning(u) && h('li', h('code', 'events'), h('span.quiet', t('upload.file.events')), curlButton({ path: path('events') }))
    )
  );
}
