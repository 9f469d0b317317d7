/// A stream of server-sent events that comes back by itself. While the tab is
/// hidden it rests; it tells since when it is cut.
import { askForKey } from './api.js';

const rest_after_ms = 5_000;
const longest_wait_ms = 15_000;

/// Opens `path`. `on`: a function for each event's name, called with its JSON.
/// `state({is, since, retry_at, status})` is told of changes: `connecting`, `live`, `cut`,
/// `resting`, `ended` (`status` 403 or 404 where the server refuses it for good). Returns `{close()}`; an event handler that returns `false` ends the stream.
export function openStream(path, { on, state = () => {} }) {
  let source = null;
  let now = { is: null, since: null };
  let failures = 0;
  let timer = null;
  let hidden_timer = null;
  let over = false;

  function tell(is, more = {}) {
    if (over && is !== 'ended') return;
    if (now.is === is && is !== 'cut') return;
    // A cut lasts from the first failure until the next event.
    const goes_on = now.is === 'cut' && (is === 'cut' || is === 'connecting');
    now = { is: goes_on ? 'cut' : is, since: goes_on ? now.since : new Date(), ...more };
    state(now);
  }

  function open() {
    clearTimeout(timer);
    if (over || source || (document.hidden && now.is === 'resting')) return;
    tell('connecting');
    source = new EventSource(path);
    source.onopen = () => {
      failures = 0;
      tell('live');
    };
    source.onerror = failed;
    for (const [name, take] of Object.entries(on))
      source.addEventListener(name, (event) => {
        tell('live');
        if (take(JSON.parse(event.data)) === false) close();
      });
  }

  async function failed() {
    const refused = source?.readyState === EventSource.CLOSED;
    shut();
    ++failures;
    const wait = Math.min(500 * 2 ** failures, longest_wait_ms);
    tell('cut', { retry_at: Date.now() + wait });
    timer = setTimeout(open, wait);
    if (refused) await askWhy();
  }

  // An EventSource does not tell the status of a refusal.
  async function askWhy() {
    const abort = new AbortController();
    try {
      const { status } = await fetch(path, { signal: abort.signal });
      if (status === 401 && (await askForKey())) open();
      if (status === 403 || status === 404) close(status);
    } catch {
      /* the next turn tells */
    } finally {
      abort.abort();
    }
  }

  function shut() {
    source?.close();
    source = null;
  }

  function look() {
    clearTimeout(hidden_timer);
    if (document.hidden) {
      hidden_timer = setTimeout(() => {
        clearTimeout(timer);
        shut();
        tell('resting');
      }, rest_after_ms);
    } else if (!source) {
      now.is = now.is === 'resting' ? null : now.is;
      open();
    }
  }

  function close(status = null) {
    if (over) return;
    over = true;
    clearTimeout(timer);
    clearTimeout(hidden_timer);
    document.removeEventListener('visibilitychange', look);
    removeEventListener('online', open);
    shut();
    tell('ended', { status });
  }

  document.addEventListener('visibilitychange', look);
  addEventListener('online', open);
  open();
  return { close: () => close() };
}
