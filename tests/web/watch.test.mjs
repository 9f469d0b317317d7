// What the page makes of an upload's counters.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { mailActions, mailLeft } from '../../web/watch/mail.js';
import { endedOf, partsOf } from '../../web/watch/parts_of.js';
import { rate_window } from '../../web/watch/rate.js';
import { howFar, spanOf, whyAborted } from '../../web/watch/upload_facts.js';

const whole = (parts) => Object.values(parts).reduce((a, b) => a + b, 0);

test('the parts of an upload add up to its rows, whatever has become of them', () => {
  let seed = 1;
  const below = (n) => { seed = (seed * 48271) % 2147483647; return seed % (n + 1); };
  for (let i = 0; i < 2000; ++i) {
    const upload = { accepted: 0, rejected: below(50), generated: below(400) };
    for (const end of ['emailed', 'duplicates', 'conflicts', 'failed', 'in_doubt', 'open']) {
      upload[end] = below(100);
      upload.accepted += upload[end];
    }
    const parts = partsOf(upload);
    assert.equal(whole(parts), upload.accepted + upload.rejected);
    assert.equal(parts.slip + parts.waiting, upload.open);
    assert.ok(Object.values(parts).every((n) => n >= 0));
  }
});

test('a slip that waits for its e-mail is a part of its own', () => {
  assert.deepEqual(partsOf({ accepted: 10, rejected: 2, generated: 7, emailed: 4, failed: 1 }), { emailed: 4, slip: 2, waiting: 3, known: 0, conflict: 0, in_doubt: 0, failed: 1, rejected: 2 });
});

test('a rate is that of the last moments', () => {
  const rate = rate_window(5_000);
  assert.equal(rate.rate(), null);
  for (let s = 0; s <= 60; ++s) rate.push(s < 50 ? s * 100 : 5_000 + (s - 50) * 10, s * 1000);
  assert.equal(rate.rate(), 10);
  assert.equal(rate.left(5_200), 10);
});

test('after a pause the rate is that of what came since, not of the pause', () => {
  const rate = rate_window(4_000);
  for (let s = 0; s <= 10; ++s) rate.push(s * 100, s * 1000);
  // A minute without news, then four times a second.
  for (let ms = 70_000; ms <= 72_000; ms += 250) rate.push(1_000 + (ms - 69_750), ms);
  assert.ok(rate.rate() > 700, `${rate.rate()}`);
});

test('what stands still is never said to end', () => {
  const rate = rate_window(5_000);
  for (let s = 0; s <= 10; ++s) rate.push(100, s * 1000);
  assert.equal(rate.rate(), 0);
  assert.equal(rate.left(200), null);
});

test('how far an upload is counts accepted rows alone, and is not known while the file comes in', () => {
  const upload = { state: 'processing', accepted: 8, rejected: 100, emailed: 1, duplicates: 1, conflicts: 1, failed: 1, in_doubt: 0 };
  assert.equal(endedOf(upload), 4);
  assert.equal(howFar(upload), '50%');
  assert.equal(howFar({ ...upload, state: 'receiving' }), null);
  assert.equal(howFar({ ...upload, state: 'aborted' }), null);
  assert.equal(howFar({ state: 'done', accepted: 0 }), '100%');
  assert.equal(howFar({ state: 'processing', accepted: 1_100_000, emailed: 1_099_999 }), '99.9%');
});

test('conflicts are no duplicates, wherever they are counted', () => {
  const { known, conflict } = partsOf({ accepted: 5, duplicates: 2, conflicts: 3 });
  assert.deepEqual([known, conflict], [2, 3]);
});

test('only e-mails that could still go out are stopped, and only stopped ones are let go', () => {
  const upload = { mail: 'on', mail_limit: 'setting', mail_waiting: 3, held: 0 };
  assert.deepEqual(mailActions(upload), ['pause', 'cancel']);
  assert.deepEqual(mailActions({ ...upload, mail: 'paused' }), ['resume', 'cancel']);
  assert.deepEqual(mailActions({ ...upload, mail: 'cancelled', mail_waiting: 0, held: 3 }), ['resume']);
  assert.deepEqual(mailActions({ ...upload, mail_waiting: 0 }), []);
  assert.deepEqual(mailActions({ ...upload, mail_limit: null }), [], 'without a pace they go at once');
  assert.deepEqual(mailActions({ mail: 'on', mail_limit: null, mail_waiting: null, held: 0 }), []);
});

test('cancelled rows are at their end', () => {
  assert.equal(howFar({ state: 'done', mail: 'cancelled', accepted: 4, emailed: 1, held: 3 }), '100%');
  assert.equal(howFar({ state: 'processing', mail: 'paused', accepted: 4, emailed: 1, held: 3 }), '25%');
});

test('when e-mails will be out is told by the server, or by nobody', () => {
  const now = Date.parse('2026-11-28T18:00:00Z');
  assert.equal(mailLeft({ mail_eta: '2026-11-28T18:01:30Z' }, now), 90);
  assert.equal(mailLeft({ mail_eta: '2026-11-28T17:00:00Z' }, now), 0);
  assert.ok(Number.isNaN(mailLeft({ mail_eta: null }, now)));
});

test('an aborted upload says why, by its code or in the words of the server', () => {
  assert.equal(whyAborted({ failure_code: 'client_gone', failure: 'x' }), 'the connection to the sender broke');
  assert.equal(whyAborted({ failure_code: 'csv_invalid', failure: 'no header' }), 'the server did not take the file');
  assert.equal(whyAborted({ failure_code: 'something_new', failure: 'in its words' }), 'in its words');
  assert.equal(whyAborted({ failure_code: null, failure: null }), '');
});

test('the span of an upload ends with it', () => {
  const created_at = '2026-11-28T18:00:00Z';
  assert.equal(spanOf({ state: 'done', created_at, done_at: '2026-11-28T18:00:42Z' }), 42);
  assert.equal(spanOf({ state: 'processing', created_at }, Date.parse(created_at) + 7000), 7);
  assert.ok(Number.isNaN(spanOf({ state: 'aborted', created_at, done_at: null })));
});
