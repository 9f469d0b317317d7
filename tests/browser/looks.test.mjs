// Every main state, in both languages, light and dark, wide and narrow.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeFinds, openPage, overflows } from './harness/browser.mjs';
import { csv, file, upload, world } from './harness/world.mjs';

const w = world({
  async prepare({ mails, server }) {
    mails.refuse('wrong@example.com', 'mailbox does not exist');
    mails.loseAnswer('lost@example.com');
    await upload(server, csv([['a-1', 'ana@example.com'], ['a-2', 'wrong@example.com'],
      ['a-3', 'lost@example.com'], ['a-4', 'bad'], ['a-1', 'ana@example.com', '11,00'],
      ['a-5', 'ana@example.com']]));
  },
});

const article = page => page.getByRole('article').waitFor();
/** Each state: where it is, and what shows that it has been drawn. */
const states = {
  'nothing sent yet': ['send', page => page.getByRole('main').getByRole('heading', { level: 1 }).waitFor()],
  'a file that was looked at': ['send', async page => {
    await page.setInputFiles('input[type=file]', file('debts.csv', csv([['x', 'x@example.com'], ['y', 'y']])));
    await page.getByRole('main').getByRole('table').waitFor();
  }],
  'a file with a wrong header': ['send', async page => {
    await page.setInputFiles('input[type=file]', file('wrong.csv', 'nome;cpf\nAna;1\n'));
    await page.getByRole('alert').waitFor();
  }],
  'all uploads': ['uploads', page => page.getByRole('main').getByRole('link', { name: '1' }).first().waitFor()],
  'one upload': ['uploads/1', page => page.getByRole('main').locator('.legend').waitFor()],
  'the system': ['system', page => page.getByRole('main').getByRole('heading', { level: 2 }).first().waitFor()],
  'all that waits for a person': ['mend', page => page.getByRole('table').first().waitFor()],
  'an upload to mend': ['mend/1', page => page.getByRole('cell', { name: 'a-4' }).waitFor()],
  'an upload that is not there': ['mend/99', page => page.getByRole('alert').waitFor()],
  'nothing looked for': ['find', page => page.getByRole('searchbox').waitFor()],
  'several debts': ['find/ana%40example.com', page => page.getByRole('table').waitFor()],
  'a debt': ['find/a-1', article],
  'a debt that failed': ['find/a-2', article],
  'a debt in doubt': ['find/a-3', article],
  'a debt that is not there': ['find/nobody', page => page.locator('.state.empty').waitFor()],
  'no such page': ['nowhere', page => page.getByRole('heading', { name: /No such page|Página não encontrada/ }).waitFor()],
};
const screens = [
  { width: 1280, height: 800, locale: 'pt-BR', dark: false },
  { width: 360, height: 740, locale: 'en-US', dark: true },
];
const not_there = url => /\/(bankslip\/nobody|uploads\/99)$/.test(url);

for (const screen of screens)
  test(`axe finds nothing and nothing sticks out at ${screen.width}, ${screen.locale}`, async t => {
    const page = await openPage(t, w.browser, `${w.server.url}/#/send`, { ...screen, expected: not_there });
    const faults = [];
    for (const [state, [place, drawn]] of Object.entries(states)) {
      await page.goto(`${w.server.url}/#/${place}`);
      await page.reload();
      await drawn(page);
      faults.push(...(await axeFinds(page)).map(found => `${state}: ${found}`));
      if (await overflows(page)) faults.push(`${state}: wider than the window`);
    }
    assert.deepEqual(faults, []);
  });

test('the language is the browser\'s, can be changed, and stays changed', async t => {
  const page = await openPage(t, w.browser, `${w.server.url}/#/find`, { locale: 'pt-PT' });
  await page.getByRole('heading', { name: 'Buscar uma dívida' }).waitFor();
  await page.getByRole('button', { name: /English/ }).click();
  await page.getByRole('heading', { name: 'Find a debt' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Find a debt' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
});

test('a debt is found, read and tried again with the keyboard alone', async t => {
  const page = await openPage(t, w.browser, `${w.server.url}/#/send`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.id);
  // At most `most` steps to what has this text.
  async function tabTo(text, most = 25) {
    for (let i = 0; i < most; ++i) {
      await page.keyboard.press('Tab');
      if ((await focused()) === text) return;
    }
    assert.fail(`no way to ${text}`);
  }
  await tabTo('Skip to content', 1);
  await tabTo('Find');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Find a debt' }).waitFor();
  await page.waitForFunction(() => document.activeElement.tagName === 'H1');
  await tabTo('wanted', 2);
  await page.keyboard.type('a-2');
  await page.keyboard.press('Enter');
  await page.getByText('This debt has failed').waitFor();
  await page.waitForFunction(() => document.activeElement.tagName === 'H1');
  await tabTo('email');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('right@example.com');
  await page.keyboard.press('Enter');
  await page.getByRole('article').getByText('e-mailed', { exact: true }).waitFor();
});

test('all that the page is made of comes from the server and is less than 250 kB', async t => {
  const page = await openPage(t, w.browser, `${w.server.url}/#/send`);
  const asked = new Set();
  page.on('request', request => {
    const { origin, pathname } = new URL(request.url());
    if (origin === w.server.url && /\.(js|css|svg)$|^\/$/.test(pathname)) asked.add(origin + pathname);
  });
  await page.reload();
  for (const place of ['uploads/1', 'system', 'mend/1', 'find/a-1']) {
    await page.goto(`${w.server.url}/#/${place}`);
    await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
  }
  const all = await Promise.all([...asked].map(async file => (await (await fetch(file)).arrayBuffer()).byteLength));
  const total = all.reduce((a, b) => a + b, 0);
  assert.ok(all.length > 20, `only ${all.length} files were seen`);
  assert.ok(total < 250_000, `${total} bytes`);
});
