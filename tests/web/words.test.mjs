// Numbers, sizes and spans as they are written.
import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.document = { documentElement: {} };
const { setLanguage, t } = await import('../../web/app/i18n.js');
const words = await import('../../web/app/format.js');
const plain = (text) => text.replace(/\u00a0|\u202f/g, ' ');

test('numbers and money are written as the language does', async () => {
  await setLanguage('pt-BR');
  assert.equal(words.number(1234567), '1.234.567');
  assert.equal(plain(words.money(1234.5)), 'R$ 1.234,50');
  assert.equal(words.day('2030-01-31'), '31/01/2030');
  await setLanguage('en');
  assert.equal(words.number(1234567), '1,234,567');
  assert.equal(plain(words.money(1234.5)), 'R$1,234.50');
});

test('a share is never rounded to nothing or to all', async () => {
  await setLanguage('en');
  assert.deepEqual([[0, 9], [1, 1000000], [1, 500], [1, 3], [999, 1000], [999999, 1000000], [7, 7], [0, 0], [29, 100], [57, 100], [1, 100], [99, 100]].map(([n, whole]) => words.percent(n, whole)),
    ['0%', '< 0.1%', '0.2%', '33%', '99.9%', '99.9%', '100%', '0%', '29%', '57%', '1%', '99%']);
});

test('spans say what matters', async () => {
  await setLanguage('en');
  assert.deepEqual([0.04, 9.94, 42.4, 59.7, 185, 7830, NaN].map(words.duration), ['0.0 s', '9.9 s', '42 s', '1 min 0 s', '3 min 5 s', '2 h 10 min', '–']);
  assert.deepEqual([2, 12, 54, 61, 3000].map(words.roughly), ['moments', 'about 15 s', 'about 55 s', 'about 2 min', 'about 50 min']);
  assert.deepEqual([0.00041, 0.0123, 1.26].map(words.latency), ['0.41 ms', '12 ms', '1.3 s']);
  assert.deepEqual([23, 54_321, 12_345_678].map(words.bytes), ['23 bytes', '54.3 kB', '12.3 MB']);
});

test('a text is chosen by its number', async () => {
  await setLanguage('pt-BR');
  assert.equal(t('send.all', { n: 1 }), 'Enviar 1 arquivo');
  assert.equal(t('send.all', { n: 1234 }), 'Enviar os 1.234 arquivos');
  assert.equal(t('no.such.text'), 'no.such.text');
});
