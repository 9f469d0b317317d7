/// Watch: the uploads, those under way first.
import { button, fill, h, write } from '../app/dom.js';
import { get } from '../app/api.js';
import { t } from '../app/i18n.js';
import { duration, moment, number, roughly } from '../app/format.js';
import { badge, emptyState, errorState, heading, loadingState } from '../app/parts.js';
import { curlButton } from '../app/curl.js';
import { link } from '../app/router.js';
import { smallBar, stackedBar } from './bar.js';
import { follow } from './follow.js';
import { endedOf } from './parts_of.js';
import { rate_window } from './rate.js';
import { troubles } from './summary.js';
import { howFar, isRunning, spanOf, whyAborted } from './upload_facts.js';

const page_size = 50;
const look_again_ms = 5_000;

export const title = () => t('uploads.title');

export function show(main) {
  const under_way = h('div.under-way');
  const earlier = h('div.earlier');
  const followed = new Map();
  let uploads = [];
  let more = false;
  let over = false;
  let timer = null;

  main.append(heading(t('uploads.title'), null, curlButton({ path: `/uploads?limit=${page_size}` })), under_way, earlier);
  fill(earlier, loadingState(6));

  async function look() {
    clearTimeout(timer);
    try {
      const newest = await get(`/uploads?limit=${page_size}`);
      if (over) return;
      const oldest = Number(newest.at(-1)?.upload_id ?? 0);
      more = uploads.length > newest.length ? more : newest.length === page_size;
      uploads = [...newest, ...uploads.filter((u) => Number(u.upload_id) < oldest)];
      draw();
    } catch (problem) {
      if (uploads.length === 0) fill(earlier, errorState(problem, look));
    }
    if (!over)
      timer = setTimeout(
        () => (document.hidden ? document.addEventListener('visibilitychange', look, { once: true }) : look()),
        look_again_ms
      );
  }

  async function lookFurther() {
    const page = await get(`/uploads?limit=${page_size}&after=${uploads.at(-1).upload_id}`);
    uploads.push(...page);
    more = page.length === page_size;
    draw();
  }

  function draw() {
    if (uploads.length === 0)
      return fill(
        earlier,
        emptyState(t('uploads.none'), t('uploads.none.text'), h('a.button.primary', { href: '#/send' }, t('uploads.none.send')))
      );
    const running = uploads.filter(isRunning);
    for (const [id, card] of followed)
      if (!running.some((u) => u.upload_id === id)) {
        card.end();
        followed.delete(id);
      }
    for (const upload of running.toReversed())
      if (!followed.has(upload.upload_id)) followed.set(upload.upload_id, liveCard(upload, look));
    const cards = running.map((u) => followed.get(u.upload_id).element);
    // What stands there already stays: a bar that is taken out and put back jumps.
    if (cards.length !== under_way.children.length || cards.some((c, i) => under_way.children[i] !== c)) fill(under_way, cards);
    const ended = uploads.filter((u) => !isRunning(u));
    fill(earlier, ended.length > 0 && table(ended), more && h('p', button('', t('uploads.more'), lookFurther)));
  }

  look();
  return () => {
    over = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
    for (const card of followed.values()) card.end();
  };
}

function liveCard(upload, on_end) {
  const bar = stackedBar();
  const state = badge(upload.state);
  const how_far = h('span.quiet');
  const steady = rate_window(20_000);
  bar.update(upload);
  const stop = follow(upload.upload_id, (now) => {
    bar.update(now);
    if (now.state === 'processing') {
      steady.push(endedOf(now), Date.now());
      write(how_far, t('uploads.how_far', { share: howFar(now), left: roughly(steady.left(now.accepted) ?? NaN) }));
    }
    state.className = `badge ${now.state}`;
    write(state, t(`upload.${now.state}`));
    if (!isRunning(now)) on_end();
  }, ({ is }) => is !== 'live' && steady.clear());
  return {
    element: h(
      'section.sheet',
      { 'aria-label': t('upload.title', { id: upload.upload_id }) },
      h(
        'div.file-head',
        h('h2', h('a', { href: link('uploads', upload.upload_id) }, t('upload.title', { id: upload.upload_id }))),
        how_far,
        state
      ),
      bar.element
    ),
    end: stop
  };
}

const heads = [
  ['', 'uploads.id'],
  ['', 'uploads.state'],
  ['n', 'uploads.rows'],
  ['bar-column', 'uploads.ends'],
  ['n emailed-column', 'part.emailed'],
  ['n', 'uploads.problems'],
  ['wide', 'uploads.began'],
  ['n wide', 'uploads.took']
];

function table(uploads) {
  const head = h(
    'tr',
    heads.map(([kind, key]) => h('th', { scope: 'col', class: kind }, t(key)))
  );
  const lines = uploads.map((u) => {
    const problems = troubles(u);
    return h(
      'tr',
      h('th', { scope: 'row' }, h('a', { href: link('uploads', u.upload_id) }, u.upload_id)),
      h('td', badge(u.state)),
      h('td.n', number(u.rows)),
      h('td.bar-column', u.state === 'aborted' && u.rows === 0 ? h('span.why', whyAborted(u)) : smallBar(u)),
      h('td.n.emailed-column', number(u.emailed)),
      h('td.n', problems > 0 ? h('a', { href: link('mend', u.upload_id) }, number(problems)) : h('span.quiet', '0')),
      h('td.wide', moment(u.created_at)),
      h('td.n.wide', duration(spanOf(u)))
    );
  });
  const label = t('uploads.title');
  return h(
    'div.scroll.sheet',
    { role: 'region', tabIndex: 0, 'aria-label': label },
    h('table.uploads', h('thead', head), h('tbody', lines))
  );
}
