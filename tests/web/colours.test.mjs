// Text is readable on its ground in both schemes (WCAG 2.2, 1.4.3: contrast 4.5).
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { read } from './page_files.mjs';

const [light_text, dark_text] = read('css/tokens.css').split('@media (prefers-color-scheme: dark)');
const tokens = (text) => Object.fromEntries([...text.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map((m) => [m[1], m[2]]));
const light = tokens(light_text);
const dark = { ...light, ...tokens(dark_text) };

function luminance(colour) {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const grounds = ['ground', 'sheet', 'sunk'];
const pairs = [
  ...['ink', 'quiet', 'pen', 'good-ink', 'bad-ink', 'warn-ink'].flatMap((ink) => grounds.map((ground) => [ink, ground])),
  ['pen', 'pen-ground'], ['on-pen', 'pen'], ['sheet', 'ink'],
  ...['good', 'bad', 'warn'].flatMap((kind) => [[`${kind}-ink`, `${kind}-ground`], ['ink', `${kind}-ground`], ['quiet', `${kind}-ground`]]),
];

for (const [scheme, colours] of [['light', light], ['dark', dark]]) {
  test(`text is readable, ${scheme}`, () => {
    for (const [ink, ground] of pairs) {
      const found = contrast(colours[ink], colours[ground]);
      assert.ok(found >= 4.5, `${ink} on ${ground}: ${found.toFixed(2)}`);
    }
  });

  // WCAG 1.4.11: what a drawing says needs 3.
  test(`the parts of the bar are seen, ${scheme}`, () => {
    for (const part of ['slip', 'emailed', 'known', 'failed', 'doubt', 'rejected']) {
      const found = contrast(colours[part], colours.sheet);
      assert.ok(found >= 3, `${part}: ${found.toFixed(2)}`);
    }
  });
}
