/// What the counters and times of an upload say.
import { endedOf } from './parts_of.js';

export const isRunning = (u) => u.state === 'receiving' || u.state === 'processing';

/// Seconds from its first byte to its end, or to `now`; NaN for an aborted one, whose end is not known.
export function spanOf(u, now = Date.now()) {
  const end = u.done_at ? Date.parse(u.done_at) : isRunning(u) ? now : NaN;
  return Math.max(0, end - Date.parse(u.created_at)) / 1000;
}

/// Which part of what it will settle is settled, 0 to 1; null while its size is not known.
export function shareOf(u) {
  if (u.state === 'receiving') return null;
  return u.accepted > 0 ? endedOf(u) / u.accepted : 1;
}
