// The texts of both languages.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { en } from '../../web/text/en.js';
import { pt } from '../../web/text/pt.js';
import { page_files, read } from './page_files.mjs';

const forms = (text) => (typeof text === 'string' ? [text] : Object.values(text));
const holes = (text) => [...new Set(forms(text).flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();

test('both languages have the same texts', () => {
  assert.deepEqual(Object.keys(pt).sort(), Object.keys(en).sort());
});

test('both say the same numbers and names, in the same number of forms', () => {
  for (const key of Object.keys(en)) {
    assert.deepEqual(holes(pt[key]), holes(en[key]), key);
    assert.equal(typeof pt[key], typeof en[key], key);
    if (typeof en[key] === 'object') assert.deepEqual(Object.keys(pt[key]).sort(), ['one', 'other'], key);
    for (const form of [...forms(pt[key]), ...forms(en[key])]) assert.notEqual(form.trim(), '', key);
  }
});

test('every text that the page asks for is there, and every one that is there is asked for', () => {
  const source = page_files().filter((name) => name.endsWith('.js') && !name.startsWith('text/')).map(read).join('\n');
  for (const [, key] of source.matchAll(/\bt\('([^'\\]+)'/g)) assert.ok(key in en, key);
  const literal = new Set([...source.matchAll(/'([\w.]+)'/g)].map((m) => m[1]));
  const begins = [...source.matchAll(/`([\w.]+\.)\$\{/g)].map((m) => m[1]);
  for (const key of Object.keys(en))
    assert.ok(literal.has(key) || begins.some((begin) => key.startsWith(begin)), `nobody says ${key}`);
});
