import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { openPage } from './harness/browser.mjs';
import { csv, file, upload, world } from './harness/world.mjs';

const w = world();

test('a file with bad rows is sent, mended and sent again, and what was known stays', async t => {
  const page = await openPage(t, w.browser, `${w.server.url}/#/send`);
  const good = [['m-1', 'ana@example.com'], ['m-2', 'bia@example.com']];
  const bad = [['m-3', 'caio@', '10,50'], ['m-4', 'dora@example.com', '1,234']];
  await page.setInputFiles('input[type=file]', file('debts.csv', csv([...good, ...bad])));
  // Told before a byte is sent.
  await page.getByText('Of the first 4 rows 2 would be rejected').waitFor();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('link', { name: 'Mend 2 rows' }).click();

  await page.getByRole('heading', { name: '2 rows were rejected' }).waitFor();
  const rows = page.getByRole('table').getByRole('row');
  await page.getByText('2 rows.', { exact: true }).waitFor();
  assert.match(await rows.nth(1).innerText(), /2\s+m-3\s+email\s+caio@\s+is no address/);
  assert.match(await rows.nth(2).innerText(), /3\s+m-4\s+debtAmount\s+1,234\s+is no amount/);
  await page.getByRole('button', { name: 'amount 1' }).click();
  await page.getByText('1 row.', { exact: true }).waitFor();
  assert.equal(await rows.count(), 2);
  await page.getByRole('button', { name: 'All 2' }).click();
  await page.getByLabel('Filter').fill('caio');
  await page.getByText('1 of 2 rows.').waitFor();

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download the rejected rows' }).click(),
  ]);
  const rejected = await readFile(await download.path(), 'utf8');
  assert.match(rejected, /^debtId;name;.*;error\r\nm-3;.*\r\nm-4;.*\r\n$/s);
  const mended = rejected.replace('caio@;', 'caio@example.com;').replace('1,234', '1,23');
  await page.setInputFiles('input[type=file]', file('mended.csv', mended + rowsOf(csv(good))));
  // The first file's card is still there.
  const card = page.getByRole('listitem').filter({ hasText: 'mended.csv' });
  await card.getByRole('button', { name: 'Send', exact: true }).click();
  await card.getByRole('link', { name: /^Watch upload/ }).click();
  // In the upload's own heading: both cards, there until it is, say done too.
  await page.locator('.heading').getByText('done', { exact: true }).waitFor();

  const id = new URL(page.url()).hash.split('/').at(-1);
  await page.goto(`${w.server.url}/#/mend/${id}`);
  await page.getByText('2 rows were known already and were left alone').waitFor();
  await page.getByRole('heading', { name: 'This upload is in order' }).waitFor();
  const sent = w.mails.sent.map(m => m.debt_id).sort();
  assert.deepEqual(sent, ['m-1', 'm-2', 'm-3', 'm-4']);
});

// The mended file has a column more.
const rowsOf = text => text.split('\n').slice(1, -1).map(line => `${line};\r\n`).join('');

test('all failed debts of an upload are tried again after a question', async t => {
  w.mails.refuse('no1@example.com', 'mailbox is full');
  w.mails.refuse('no2@example.com', 'mailbox is full');
  const { upload_id: id } =
    await upload(w.server, csv([['f-1', 'no1@example.com'], ['f-2', 'no2@example.com']]));
  const page = await openPage(t, w.browser, `${w.server.url}/#/mend/${id}`);
  await page.getByRole('heading', { name: '2 debts have failed' }).waitFor();
  await page.getByText('mailbox is full').first().waitFor();
  w.mails.accept('no1@example.com');
  await page.getByRole('button', { name: 'Try all 2 again' }).click();
  await page.getByRole('dialog').getByText('Try 2 failed debts again?').waitFor();
  // Another view takes the question with it.
  await page.evaluate(() => { location.hash = '#/find'; });
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.goBack();
  await page.getByRole('button', { name: 'Try all 2 again' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Try all 2 again' }).click();
  await page.getByText('2 debts are on their way again.').waitFor();
  await page.getByRole('heading', { name: '1 debt has failed' }).waitFor();
  await page.getByText('1 row.', { exact: true }).waitFor();
});

test('debts in doubt are decided one by one, with a warning before a second e-mail', async t => {
  w.mails.loseAnswer('lost@example.com');
  const { upload_id: id } =
    await upload(w.server, csv([['d-1', 'lost@example.com'], ['d-2', 'lost@example.com']]));
  w.mails.accept('lost@example.com');
  const page = await openPage(t, w.browser, `${w.server.url}/#/mend/${id}`);
  await page.getByRole('heading', { name: '2 debts are in doubt' }).waitFor();
  await page.getByText('Did these e-mails go out?').waitFor();
  const one = id => page.getByRole('listitem').filter({ hasText: id });
  await one('d-1').getByRole('button', { name: 'It arrived' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'It arrived' }).click();
  await page.getByRole('heading', { name: '1 debt is in doubt' }).waitFor();
  await one('d-2').getByRole('button', { name: 'Send again' }).click();
  await page.getByRole('dialog').getByText('gets a second one').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click();
  await page.getByRole('heading', { name: 'This upload is in order' }).waitFor();
  assert.deepEqual(w.mails.sent.filter(m => m.debt_id.startsWith('d-')).map(m => m.debt_id), ['d-2']);
});

test('of a thousand and one bad rows a thousand are shown and all are counted', async t => {
  const many = Array.from({ length: 1001 }, (_, i) => [`many-${i}`, 'nobody']);
  const { upload_id: id } = await upload(w.server, csv([...many, ['many-last', 'a@example.com', 'x']]));
  const page = await openPage(t, w.browser, `${w.server.url}/#/mend/${id}`);
  await page.getByText('The first 1,000 of 1,002 rows.').waitFor();
  assert.equal(await page.getByRole('table').getByRole('row').count(), 1001);
  await page.getByRole('button', { name: 'e-mail address 1,001' }).waitFor();
  await page.getByRole('button', { name: 'amount 1', exact: true }).click();
  await page.getByText('many-last').waitFor();
});

test('what waits for a person stands on one page', async t => {
  const page = await openPage(t, w.browser, `${w.server.url}/#/mend`);
  await page.getByRole('heading', { name: 'Uploads with rows to mend' }).waitFor();
  await page.getByRole('heading', { name: 'One debt has failed' }).waitFor();
  await page.getByRole('link', { name: 'f-2' }).first().waitFor();
});
