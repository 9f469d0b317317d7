/// What the counters and times of an upload say.
import { percent } from '../app/format.js';
import { knows, t } from '../app/i18n.js';
import { endedOf } from './parts_of.js';

export const isRunning = (u) => u.state === 'receiving' || u.state === 'processing';

/// Seconds from its first byte to its end, or to `now`; NaN for an aborted one, whose end is not known.
export function spanOf(u, now = Date.now()) {
  const end = u.done_at ? Date.parse(u.done_at) : isRunning(u) ? now : NaN;
  return Math.max(0, end - Date.parse(u.created_at)) / 1000;
}

/// Which part of what it will settle is settled: "12 %"; null where its size is not known.
export function howFar(u) {
  if (u.state === 'receiving' || u.state === 'aborted') return null;
  return u.accepted > 0 ? percent(endedOf(u), u.accepted) : percent(1, 1);
}

/// Why an aborted upload ended, as a part of a sentence; empty where nobody knows.
export function whyAborted(u) {
  const key = `aborted.${u.failure_code}`;
  return knows(key) ? t(key) : (u.failure ?? '');
}

/// What the server says beyond its code's words: the fault of the file itself.
export const failureDetail = (u) => (['csv_invalid', 'upload_aborted'].includes(u.failure_code) ? u.failure : null);
