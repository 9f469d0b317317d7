/// Mend one upload: its rows that did not go through, the files to mend, and what can be
/// tried again.
import { announce, note } from '../app/announce.js';
import { get, post } from '../app/api.js';
import { curlButton } from '../app/curl.js';
import { confirm } from '../app/dialog.js';
import { fill, h } from '../app/dom.js';
import { t } from '../app/i18n.js';
import { number } from '../app/format.js';
import { badge, cell, cells, emptyState, errorState, heading, loadingState } from '../app/parts.js';
import { link } from '../app/router.js';
import { showConnection } from '../app/shell.js';
import { openStream } from '../app/stream.js';
import { addFiles } from '../send/queue.js';
import { doubtButtons, doubtHint } from './doubt.js';
import { problemTable } from './problem_table.js';
import { readProblems } from './problems.js';

const counters = ['rejected', 'failed', 'in_doubt', 'conflicts', 'duplicates'];
const shown_doubts = 50;

export function showUpload(main, id, signal) {
  const path = `/uploads/${encodeURIComponent(id)}`;
  const state = h('span');
  const place = h('div', {}, loadingState());
  const numbers = Object.fromEntries(counters.map((name) => [name, cell(t(`mend.${name}`), '')]));
  const actions = h('div.mend-actions');
  const table = problemTable(id);
  let stream = null;
  let upload = null;
  let drawn = '';

  main.append(heading(t('mend.title.one'), id, state, h('a', { href: link('uploads', id) }, t('mend.watch'))), place);

  function take(now) {
    upload = now;
    fill(state, badge(upload.state));
    for (const name of counters) {
      numbers[name].set(number(upload[name]));
      numbers[name].classList.toggle('none', upload[name] === 0);
    }
    // The actions are drawn anew only where they are others: the focus may be on one.
    const key = `${upload.state === 'receiving'} ${counters.map((name) => upload[name])}`;
    if (key !== drawn) fill(actions, sections());
    drawn = key;
  }

  const troubled = () => counters.slice(0, 4).some((name) => upload[name] > 0);

  async function load() {
    try {
      take(await get(path, { signal }));
      if (!troubled() && upload.state === 'done') return fill(place, cells(...Object.values(numbers)), known(), healthy());
      if (!table.element.isConnected) fill(place, cells(...Object.values(numbers)), actions, table.element);
      if (upload.state === 'processing' || upload.state === 'receiving') watch();
      await read();
    } catch (problem) {
      if (problem.name !== 'AbortError') fill(place, errorState(problem, load, problem.status === 404 ? t('mend.lost', { id }) : undefined));
    }
  }

  async function read() {
    try {
      await readProblems(upload, table.update, signal);
      fill(actions, sections());
      announce(t('mend.said', { n: table.total() }));
    } catch (problem) {
      if (problem.name !== 'AbortError') table.fail(problem, read);
    }
  }

  // All is drawn anew once the upload has come to rest.
  function watch() {
    stream?.close();
    stream = openStream(`${path}/events`, {
      state: showConnection,
      on: { progress: take, done: () => { load(); return false; } },
    });
  }

  const known = () => upload.duplicates > 0 && h('p.hint.good', {}, t('mend.known', { n: upload.duplicates }));
  const healthy = () => emptyState(t('mend.clean.title'), t('mend.clean.text'), h('a.button', { href: link('uploads', id) }, t('mend.watch')));

  function sections() {
    return [known(), upload.rejected > 0 && rejectedSheet(), upload.failed > 0 && failedSheet(), upload.in_doubt > 0 && doubtSheet()];
  }

  function rejectedSheet() {
    const chooser = h('input', { type: 'file', multiple: true, hidden: true, accept: '.csv,.txt,.tsv,text/csv,text/plain', on: { change() {
      addFiles(chooser.files);
      location.hash = link('send');
    } } });
    const file = `${path}/rejected.csv`;
    const receiving = upload.state === 'receiving';
    return h('section.sheet.rejected', {}, h('h2', {}, t('mend.rejected.title', { n: upload.rejected })),
      receiving ? h('p.quiet', {}, t('mend.receiving')) : [h('ol.steps', {},
        h('li', {}, h('a.button', { href: file, download: `rejected-${id}.csv` }, t('mend.rejected.download')), curlButton({ path: file, out: `rejected-${id}.csv` })),
        h('li', {}, t('mend.rejected.mend')),
        h('li', {}, h('button.primary', { type: 'button', on: { click: () => chooser.click() } }, t('mend.rejected.send')), chooser)),
      h('p.quiet', {}, t('mend.rejected.again'))]);
  }

  function failedSheet() {
    const call = { method: 'POST', path: `${path}/retry` };
    const retry = h('button.primary', { type: 'button', on: { click: retryAll } }, t('mend.retry', { n: upload.failed }));
    return h('section.sheet', {}, h('h2', {}, t('mend.failed.title', { n: upload.failed })), h('p', {}, t('mend.failed.text')),
      h('div.buttons', {}, retry, curlButton(call)));
  }

  async function retryAll() {
    const n = upload.failed;
    if (!await confirm({ title: t('mend.retry.ask', { n }), text: t('mend.retry.text'), action: t('mend.retry', { n }) })) return;
    try {
      const { retried } = await post(`${path}/retry`);
      note(t('mend.retried', { n: retried }));
      take(await get(path, { signal }));
      watch();
    } catch (problem) {
      note(problem.text ?? problem.message, 'bad');
    }
  }

  function doubtSheet() {
    const ids = table.rowsOf('in_doubt').map((p) => p.debt_id).slice(0, shown_doubts);
    return h('section.sheet', {}, h('h2', {}, t('mend.in_doubt.title', { n: upload.in_doubt })), doubtHint(),
      h('ul.doubts', {}, ids.map((one) => h('li', {}, h('a.mono', { href: link('find', one) }, one), h('span.buttons', {}, doubtButtons([one], load))))),
      ids.length > 1 && h('div.buttons.below', {}, doubtButtons(ids, load)));
  }

  load();
  return () => {
    stream?.close();
    showConnection(null);
  };
}
