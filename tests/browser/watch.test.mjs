import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage, uploadView } from './harness/browser.mjs';
import { csv, file, world } from './harness/world.mjs';

const w = world({ changes: { EMAIL_IDEMPOTENCY_WINDOW: '15m', SERVICE_CALL_TIMEOUT: '30s' } });

const rows = (name, n) => csv(Array.from({ length: n }, (_, i) => [`${name}-${i}`, `${name}${i}@example.com`]));

/** Sends a file by the page; leaves it at the view of the upload. */
async function send(page, name, n) {
  await page.goto(`${w.server.url}/#/send`);
  await page.setInputFiles('input[type=file]', file(`${name}.csv`, rows(name, n)));
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('link', { name: /^Watch upload/ }).click();
}

const shows = (page, part, n) => uploadView(page).locator(`.key.${part} dd`).first().and(page.getByText(n, { exact: true })).waitFor();

test('progress is shown as it happens, and a reload finds the upload again', async t => {
  w.mails.hold();
  const page = await openPage(t, w.browser, `${w.server.url}/#/send`);
  await send(page, 'live', 3);
  await shows(page, 'slip', '3');
  await page.getByText('live', { exact: true }).waitFor();
  await page.reload();
  await shows(page, 'slip', '3');
  await page.goto(`${w.server.url}/#/uploads`);
  await page.locator('.under-way').getByText('processing', { exact: true }).waitFor();
  await page.goBack();
  w.mails.release();
  await shows(page, 'emailed', '3');
  await uploadView(page).getByText('done', { exact: true }).waitFor();
});

test('a server that dies in the middle is missed, and found when it is back', async t => {
  const lost = (url, text) => /CONNECTION_REFUSED|INCOMPLETE_CHUNKED|EMPTY_RESPONSE|CONNECTION_RESET|503/.test(text);
  w.mails.hold();
  const page = await openPage(t, w.browser, `${w.server.url}/#/send`, { expected: lost });
  await send(page, 'cut', 50);
  await shows(page, 'slip', '50');
  await page.getByText('live', { exact: true }).waitFor();
  await w.server.kill();
  await page.getByText(/^no connection since/).first().waitFor();
  w.mails.release();
  await w.server.start();
  await shows(page, 'emailed', '50');
  await uploadView(page).getByText('done', { exact: true }).waitFor();
  assert.equal(new Set(w.mails.sent.filter(m => m.debt_id.startsWith('cut')).map(m => m.debt_id)).size, 50);
});

test('the system shows each of its lanes and workers', async t => {
  const { actors } = await fetch(`${w.server.url}/actors`).then(r => r.json());
  const workers = actors.filter(a => a.kind === 'worker').map(a => a.id);
  assert.notEqual(workers.length, 0);
  const page = await openPage(t, w.browser, `${w.server.url}/#/system`);
  const lanes = page.getByRole('region', { name: 'Lanes' }).getByRole('row');
  await lanes.nth(6).waitFor();
  assert.deepEqual(await lanes.getByRole('rowheader').allTextContents(), ['0', '1', '2', '3', '4', '5']);
  const shown = page.getByRole('region', { name: 'Workers' }).getByRole('listitem');
  await shown.nth(workers.length - 1).waitFor();
  assert.equal(await shown.count(), workers.length);
});

test('a file that was refused stands in the list with its reason, and has no numbers', async t => {
  const form = new FormData();
  form.append('file', new Blob(['nome;cpf\nAna;1\n']), 'wrong.csv');
  const { status } = await fetch(`${w.server.url}/bankslip/batch`, { method: 'POST', body: form });
  assert.equal(status, 422);
  const page = await openPage(t, w.browser, `${w.server.url}/#/uploads`, { locale: 'pt-BR' });
  const line = page.getByRole('row').filter({ hasText: 'o servidor não aceitou o arquivo' });
  await line.getByRole('link').first().click();
  await uploadView(page).getByText(/terminou antes da primeira linha: o servidor não aceitou o arquivo/).waitFor();
  await uploadView(page).getByText(/^the header line lacks the columns/).waitFor();
  assert.equal(await uploadView(page).locator('.legend').isVisible(), false);
});
