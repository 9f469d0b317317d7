// What holds for the files of the page as a whole.
import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { test } from 'node:test';

import { page_files, read, size } from './page_files.mjs';

const plot = ['uPlot.iife.min.js', 'uPlot.min.css'].map((name) => new URL(`../../.local/web/uplot/${name}`, import.meta.url));
const names = page_files();

test('all that a browser fetches, of every view, is smaller than 250 kB', () => {
  assert.ok(plot.every((file) => existsSync(file)), 'run scripts/setup, which fetches uPlot');
  for (const language of ['pt', 'en']) {
    const fetched = names.filter((name) => !name.startsWith('text/') || name.endsWith(`${language}.js`));
    const bytes = fetched.reduce((sum, name) => sum + size(name), 0) + plot.reduce((sum, file) => sum + statSync(file).size, 0);
    assert.ok(bytes < 250_000, `${bytes} bytes with ${language}`);
  }
});

test('no file names an address outside of the server', () => {
  for (const name of names)
    for (const [address] of read(name).matchAll(/(?:https?:)?\/\/[\w.-]+\.\w+[^\s'"`)]*/g))
      assert.equal(address, 'http://www.w3.org/2000/svg', `${name}: ${address}`);
});

test('nothing asks for an exception from the content security policy', () => {
  const html = read('index.html');
  assert.doesNotMatch(html, /\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)/);
  for (const name of names.filter((n) => n.endsWith('.js')))
    assert.doesNotMatch(read(name), /innerHTML|outerHTML|insertAdjacentHTML|document\.write\b|\beval\(|new Function|setAttribute\('style'/, name);
});

test('every file that a file asks for is there', () => {
  for (const [, name] of read('index.html').matchAll(/(?:href|src)="([^"#]+\.\w+)"/g)) assert.ok(names.includes(name), name);
  for (const file of names.filter((n) => n.endsWith('.js')))
    for (const [, asked] of read(file).matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
      const name = new URL(asked, `file:///${file}`).pathname.slice(1);
      assert.ok(names.includes(name), `${file} asks for ${name}`);
    }
});
