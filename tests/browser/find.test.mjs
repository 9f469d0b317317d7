import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage } from './harness/browser.mjs';
import { csv, upload, world } from './harness/world.mjs';

const w = world({
  async prepare({ mails, server }) {
    mails.refuse('wrong@example.com', 'mailbox does not exist');
    await upload(server, csv([['a:1', 'ana@example.com'], ['a 2', 'two@example.com'],
      ['a-3', 'two@example.com'], ['a-4', 'wrong@example.com']]));
  },
});

// An id that does not stand is asked for first where it may be a document.
const missing = url => /\/bankslip\/[^/]+$/.test(url);

test('a debt is found by its id, with its history and its slip, and a link leads to it', async t => {
  const page = await openPage(t, w.browser, `${w.server.url}/#/find`);
  await page.getByRole('searchbox').fill('a:1');
  await page.keyboard.press('Enter');
  await page.getByRole('article').getByText('ana@example.com').first().waitFor();
  assert.equal(new URL(page.url()).hash, '#/find/a%3A1');
  const history = await page.getByRole('article').getByRole('list').innerText();
  assert.match(history, /Accepted[^]*Row 0 of upload 1[^]*Boleto made[^]*E-mailed/);

  const pdf = await page.frameLocator('iframe').owner().getAttribute('src');
  const answer = await page.request.get(new URL(pdf, w.server.url).href);
  assert.equal(answer.headers()['content-type'], 'application/pdf');

  await page.reload();
  await page.getByRole('article').getByText('ana@example.com').first().waitFor();
});

test('line and Pix code are copied by one key', async t => {
  const page = await openPage(t, w.browser, `${w.server.url}/#/find/a%3A1`);
  const { linha_digitavel: line, pix } =
    await fetch(`${w.server.url}/bankslip/a%3A1`).then(r => r.json());
  await page.getByRole('article').waitFor();
  const copied = async (press, text) => {
    await press();
    await page.getByText('Copied.').last().waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text);
  };
  await copied(() => page.keyboard.press('l'), line);
  await copied(() => page.keyboard.press('p'), pix);
  await copied(() => page.getByRole('button', { name: 'Copy line' }).click(), line);
  // In a field they are letters.
  await page.getByRole('searchbox').fill('');
  await page.keyboard.type('lp');
  assert.equal(await page.getByRole('searchbox').inputValue(), 'lp');
});

test('debts are found by e-mail and by document, however that is written', async t => {
  const page = await openPage(t, w.browser, `${w.server.url}/#/find`, { expected: missing });
  const find = async text => {
    await page.getByRole('searchbox').fill(text);
    await page.keyboard.press('Enter');
  };
  await find('two@example.com');
  await page.getByRole('heading', { name: '2 debts' }).waitFor();
  assert.equal(await page.getByRole('table').getByRole('row').count(), 3);
  await find('111.444.777-35');
  await page.getByRole('heading', { name: '4 debts' }).waitFor();
  await page.getByRole('link', { name: 'a 2' }).click();
  await page.getByRole('article').getByText('two@example.com').first().waitFor();
  await find('nobody@example.com');
  await page.getByRole('heading', { name: 'No such debt' }).waitFor();
});

test('a failed debt is tried again with another address', async t => {
  const page = await openPage(t, w.browser, `${w.server.url}/#/find/a-4`);
  await page.getByText('This debt has failed').waitFor();
  await page.getByLabel('E-mail address for the next try').fill('right@example.com');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('On its way again.').waitFor();
  await page.getByRole('article').getByText('e-mailed', { exact: true }).waitFor();
  assert.equal(w.mails.sent.at(-1).to, 'right@example.com');
});

test('a call is copied for the command line', async t => {
  const page = await openPage(t, w.browser, `${w.server.url}/#/find/a-3`);
  await page.getByRole('button', { name: 'copy as curl' }).first().click();
  await page.getByText('Copied.').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()),
    `curl ${w.server.url}/bankslip/a-3`);
});
