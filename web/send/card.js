/// One file on the view Send, from being read to being settled.
import { button, fill, h, write } from '../app/dom.js';
import { may } from '../app/api.js';
import { t } from '../app/i18n.js';
import { bytes, duration, number, roughly } from '../app/format.js';
import { cell, cells } from '../app/parts.js';
import { curlButton } from '../app/curl.js';
import { link } from '../app/router.js';
import { stackedBar } from '../watch/bar.js';
import { follow } from '../watch/follow.js';
import { summary } from '../watch/summary.js';
import { isRunning } from '../watch/upload_facts.js';
import { columns, complaints, facts, fault, firstRows, refusedRows } from './findings.js';
import { cancel, removeFile, send } from './queue.js';

/// `{element, update(what), end()}`.
export function fileCard(item) {
  const body = h('div.card-body');
  const state = h('span.badge');
  const name = h('h2', { tabIndex: -1 }, item.file.name);
  const element = h('li.sheet.file', {}, h('div.file-head', name, state), body);
  let progress = () => {};
  let stop_following = () => {};

  function draw() {
    stop_following();
    progress = () => {};
    state.className = `badge ${badges[item.state] ?? 'processing'}`;
    write(state, t(`file.${item.state}`));
    // The button that was pressed is gone; who uses the keyboard goes on from the name.
    const focused = body.contains(document.activeElement);
    fill(body, drawn[item.state]());
    if (focused) name.focus();
  }

  const drawn = {
    reading: () => h('div.ghost'),
    ready: () => [
      facts(item),
      columns(item.seen.dialect),
      complaints(item.seen),
      firstRows(item),
      buttons(
        button('primary', t('send.one'), () => send(item)),
        remove(),
        curl()
      )
    ],
    wrong: () => [
      item.seen && facts(item),
      fault(item),
      item.seen?.dialect.found.length > 0 && !item.seen.kind && columns(item.seen.dialect),
      buttons(remove())
    ],
    waiting: () => [h('p.quiet', t('file.waiting.text')), buttons(stop())],
    sending,
    finishing: sending,
    sent: settled,
    failed: () => [
      h(
        'div.hint.bad',
        { role: 'alert' },
        h('strong', t('file.failed.title')),
        h('p', item.problem.text ?? item.problem.message)
      ),
      buttons(again(), remove())
    ],
    cancelled: () => [h('p', t('file.cancelled.text')), buttons(again(), remove())]
  };

  const buttons = (...list) => h('div.buttons', list);
  const remove = () => button('', t('send.remove'), () => removeFile(item));
  const stop = () => button('', t('send.cancel'), () => cancel(item));
  const again = () => button('primary', t('send.again'), () => send(item));
  const curl = () =>
    curlButton({
      path: `/bankslip/batch${item.seen.tell ? `?encoding=${item.seen.tell}` : ''}`,
      form: { file: `@${item.file.name}` }
    });

  function sending() {
    const filled = h('span');
    const bar = h(
      'div.progress',
      {
        role: 'progressbar',
        'aria-label': t('file.progress', { name: item.file.name }),
        'aria-valuemin': 0,
        'aria-valuemax': 100
      },
      filled
    );
    const sent = cell(t('file.sent.bytes'), '');
    const speed = cell(t('file.speed'), '');
    const left = cell(t('file.left'), '');
    const rows_a_byte = item.seen.estimate / Math.max(item.file.size, 1);
    progress = () => {
      const share = item.file.size > 0 ? item.sent / item.file.size : 1;
      filled.style.width = `${share * 100}%`;
      bar.setAttribute('aria-valuenow', Math.floor(share * 100));
      sent.set(t('file.sent.of', { sent: bytes(item.sent), size: bytes(item.file.size) }));
      const rate = item.rate.rate() ?? (item.sent > 0 ? (item.sent * 1000) / Math.max(Date.now() - item.started, 1) : null);
      speed.set(rate === null ? '–' : t('rate.rows', { rate: number(Math.round(rate * rows_a_byte)) }));
      left.set(item.state === 'finishing' ? t('file.confirming') : roughly(item.rate.left(item.file.size) ?? NaN));
    };
    progress();
    return [bar, cells(sent, speed, left), item.state === 'finishing' && h('p.quiet', t('file.finishing.text')), buttons(stop())];
  }

  // The answer is there; the rest is watched.
  function settled() {
    const { upload_id: id, accepted, rejected } = item.report;
    const thanks = t('file.sent.text', { n: accepted, span: duration(item.took) });
    // Who may not read gets the answer's numbers, and is told why there is no more.
    if (!may('read'))
      return [
        h('p', thanks),
        cells(cell(t('upload.name'), id), cell(t('file.accepted'), number(accepted)), cell(t('file.rejected'), number(rejected))),
        refusedRows(item.report),
        h('p.hint', t('file.blind')),
        buttons(remove())
      ];
    const bar = stackedBar();
    const words = h('p', thanks);
    stop_following = follow(id, (upload) => {
      bar.update(upload);
      if (isRunning(upload)) return;
      state.className = `badge ${upload.state}`;
      write(state, t(`upload.${upload.state}`));
      write(words, summary(upload));
    });
    bar.update({ state: 'processing', accepted, rejected, rows: accepted + rejected });
    return [
      words,
      bar.element,
      buttons(
        h('a.button.primary', { href: link('uploads', id) }, t('file.watch', { id })),
        rejected > 0 && h('a.button', { href: link('mend', id) }, t('file.mend', { n: rejected })),
        remove()
      )
    ];
  }

  draw();
  return { element, update: (what) => (what === 'state' ? draw() : progress()), end: () => stop_following() };
}

// Colours of the badge that are not those of something under way.
const badges = { wrong: 'failed', failed: 'failed', cancelled: 'in_doubt' };
