/// The files that were chosen, in order; they outlive the view. One is sent at a time.
import { announce } from '../app/announce.js';
import { t } from '../app/i18n.js';
import { rate_window } from '../watch/rate.js';
import { preview } from '../csv/preview.js';
import { sendFile } from './transfer.js';

/// An item: `{id, key, file, state, seen, sent, rate, report, problem}`. States: `reading`, `ready`,
/// `wrong` (the server would refuse it), `waiting`, `sending`, `finishing`, `sent`, `failed`, `cancelled`.
const items = [];
const listeners = new Set();
let last_id = 0;
let batches = 0;
let transfer = null;

/// Those that were chosen last come first, together in their order.
export const files = () => items.toSorted((a, b) => b.batch - a.batch || a.id - b.id);
/// `listener(item, what)`: `what` is "list", "state" or "progress". Returns how to end it.
export function onFiles(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
const tell = (item, what) => {
  for (const listener of listeners) listener(item, what);
};

const newKey = () => `page-${[...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(36)).join('-')}`;

function enter(item, state, more = {}) {
  Object.assign(item, { state }, more);
  tell(item, 'state');
}

export async function addFiles(list) {
  const batch = ++batches;
  const added = [...list].map((file) => ({
    id: ++last_id,
    batch,
    key: newKey(),
    file,
    state: 'reading',
    seen: null,
    sent: 0,
    rate: null,
    report: null,
    problem: null
  }));
  items.push(...added);
  tell(null, 'list');
  for (const item of added) {
    try {
      const seen = await preview(item.file);
      enter(item, seen.dialect.fault ? 'wrong' : 'ready', { seen });
      announce(t(seen.dialect.fault ? 'send.said.wrong' : 'send.said.ready', { name: item.file.name, rows: seen.estimate }));
    } catch (problem) {
      enter(item, 'wrong', { problem });
    }
  }
}

export function removeFile(item) {
  if (item.state === 'sending' || item.state === 'finishing') return;
  items.splice(items.indexOf(item), 1);
  tell(null, 'list');
}

/// Sends `item` once those before it are through.
export function send(item) {
  enter(item, 'waiting', { sent: 0, problem: null });
  next();
}

export const sendAll = () => items.filter((i) => i.state === 'ready').forEach(send);

export function cancel(item) {
  if (item.state === 'waiting') enter(item, 'ready');
  else if (item.state === 'sending' || item.state === 'finishing') transfer?.cancel();
}

async function next() {
  if (transfer) return;
  const item = items.find((i) => i.state === 'waiting');
  if (!item) return;
  item.rate = rate_window(5_000);
  item.rate.push(0, Date.now());
  enter(item, 'sending', { started: Date.now() });
  transfer = sendFile(item.file, item.seen.tell, item.key, (sent) => {
    item.sent = sent;
    item.rate.push(sent, Date.now());
    if (sent >= item.file.size && item.state === 'sending') enter(item, 'finishing');
    else tell(item, 'progress');
  });
  try {
    const report = await transfer.done;
    enter(item, 'sent', { report, took: (Date.now() - item.started) / 1000 });
    announce(t('send.said.sent', { name: item.file.name, accepted: report.accepted, rejected: report.rejected }));
  } catch (problem) {
    // The server may still be busy with what was cancelled, so that is not sent again under its key.
    enter(item, problem ? 'failed' : 'cancelled', { problem, key: problem ? item.key : newKey() });
    announce(
      problem
        ? t('send.said.failed', { name: item.file.name, why: problem.text ?? problem.message })
        : t('send.said.cancelled', { name: item.file.name })
    );
  }
  transfer = null;
  next();
}

// A file under way is lost when the page is left.
globalThis.addEventListener?.('beforeunload', (event) => {
  if (transfer) event.preventDefault();
});
