// A stream of events, with a browser that does what it is told and a clock that is set by hand.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

const real_timeout = globalThis.setTimeout;
const settle = () => new Promise((resolve) => real_timeout(resolve, 0));

let now;
let timers;
let sources;
let status;
let states;
let listeners;

class FakeSource {
  static CLOSED = 2;
  constructor(path) {
    Object.assign(this, { path, readyState: 0, takes: {} });
    sources.push(this);
  }
  addEventListener(name, take) { this.takes[name] = take; }
  close() { this.readyState = FakeSource.CLOSED; }
  say(name, data) { this.takes[name]({ data: JSON.stringify(data) }); }
  fail(refused = false) {
    this.readyState = refused ? FakeSource.CLOSED : 0;
    this.onerror();
  }
}

/// Lets `ms` pass; timers that fall due go off in their order.
function pass(ms) {
  now += ms;
  for (let due; (due = [...timers].filter(([, t]) => t.at <= now).sort((a, b) => a[1].at - b[1].at)[0]);) {
    timers.delete(due[0]);
    due[1].does();
  }
}

function hide(hidden) {
  globalThis.document.hidden = hidden;
  listeners.visibilitychange?.();
}

beforeEach(() => {
  [now, timers, sources, status, states, listeners] = [0, new Map(), [], 200, [], {}];
  let last = 0;
  globalThis.setTimeout = (does, ms) => (timers.set(++last, { does, at: now + ms }), last);
  globalThis.clearTimeout = (id) => timers.delete(id);
  globalThis.EventSource = FakeSource;
  globalThis.document = { documentElement: {}, hidden: false, addEventListener: (name, does) => { listeners[name] = does; }, removeEventListener: (name) => delete listeners[name] };
  globalThis.addEventListener = globalThis.removeEventListener = () => {};
  globalThis.fetch = async () => ({ status });
});
afterEach(() => { globalThis.setTimeout = real_timeout; });

async function open(on = { progress: () => {} }) {
  const { openStream } = await import('../../web/app/stream.js');
  return openStream('/uploads/1/events', { on, state: (s) => states.push(s) });
}
const seen = () => states.map((s) => s.is);

test('a stream is live from its first event', async () => {
  const taken = [];
  await open({ progress: (upload) => { taken.push(upload.rows); } });
  sources[0].onopen();
  sources[0].say('progress', { rows: 3 });
  assert.deepEqual(taken, [3]);
  assert.deepEqual(seen(), ['connecting', 'live']);
});

test('a cut stream says since when and comes back by itself, each time a little later', async () => {
  await open();
  sources[0].onopen();
  sources[0].fail();
  const since = states.at(-1).since;
  assert.equal(states.at(-1).is, 'cut');
  pass(999);
  assert.equal(sources.length, 1);
  pass(1);
  assert.equal(sources.length, 2);
  sources[1].fail();
  assert.equal(states.at(-1).since, since);
  pass(1_999);
  assert.equal(sources.length, 2);
  pass(1);
  sources[2].onopen();
  assert.equal(states.at(-1).is, 'live');
  assert.equal(states.filter((s) => s.is === 'connecting').length, 1, 'trying again is still being cut');
});

test('a hidden tab rests after a while and goes on when it is seen', async () => {
  await open();
  sources[0].onopen();
  hide(true);
  pass(4_999);
  assert.equal(sources[0].readyState, 0);
  pass(1);
  assert.equal(sources[0].readyState, FakeSource.CLOSED);
  assert.equal(states.at(-1).is, 'resting');
  pass(600_000);
  assert.equal(sources.length, 1);
  hide(false);
  assert.equal(sources.length, 2);
  sources[1].onopen();
  assert.equal(states.at(-1).is, 'live');
});

test('a glance at another tab cuts nothing', async () => {
  await open();
  sources[0].onopen();
  hide(true);
  pass(1_000);
  hide(false);
  pass(60_000);
  assert.equal(sources.length, 1);
  assert.equal(sources[0].readyState, 0);
});

test('the last event ends the stream for good', async () => {
  await open({ done: () => false });
  sources[0].say('done', {});
  assert.equal(sources[0].readyState, FakeSource.CLOSED);
  assert.equal(states.at(-1).is, 'ended');
  pass(600_000);
  assert.equal(sources.length, 1);
});

test('what the server refuses for good is not asked for again', async () => {
  for (status of [403, 404]) {
    sources = [];
    await open();
    sources[0].fail(true);
    await settle();
    assert.equal(states.at(-1).is, 'ended');
    assert.equal(states.at(-1).status, status);
    pass(600_000);
    assert.equal(sources.length, 1);
  }
});

test('a server that is too busy is asked again', async () => {
  status = 503;
  await open();
  sources[0].fail(true);
  await settle();
  assert.equal(states.at(-1).is, 'cut');
  pass(1_000);
  assert.equal(sources.length, 2);
});

test('who leaves the view leaves nothing open', async () => {
  const stream = await open();
  sources[0].onopen();
  stream.close();
  assert.equal(sources[0].readyState, FakeSource.CLOSED);
  assert.equal(timers.size, 0);
  assert.deepEqual(Object.keys(listeners), []);
});
