// The e-mails of an upload, paused, let go and cancelled by a person.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeFinds, openPage, overflows, uploadView } from './harness/browser.mjs';
import { until } from './harness/tools.mjs';
import { csv, world } from './harness/world.mjs';

const w = world({ changes: { EMAIL_RATE: '2', EMAIL_BURST: '1' } });
const debts = 40;

/** Sends a file and waits until its slips are there; the upload's number. */
async function sendFile(name) {
  const form = new FormData();
  form.append('file', new Blob([csv(Array.from({ length: debts }, (_, i) => [`${name}-${i}`, `${name}${i}@example.com`]))]), 'debts.csv');
  const { upload_id: id } = await fetch(`${w.server.url}/bankslip/batch`, { method: 'POST', body: form }).then(r => r.json());
  await until('slips and a pace', async () => {
    const now = await read(id);
    return now.generated === debts && now.mail_eta;
  });
  return id;
}

const read = id => fetch(`${w.server.url}/uploads/${id}`).then(r => r.json());
const sheet = page => page.locator('.mails');

/** Presses a button of the sheet and answers its question. */
async function press(page, name, question) {
  await sheet(page).getByRole('button', { name, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('heading', { name: question }).waitFor();
  await dialog.getByRole('button', { name, exact: true }).click();
}

test('e-mails are paused after a question that counts them, and let go again', async t => {
  const id = await sendFile('pause');
  const page = await openPage(t, w.browser, `${w.server.url}/#/uploads/${id}`);
  await sheet(page).getByText('the rate that is set').waitFor();
  await sheet(page).getByText(/^about /).waitFor();
  await sheet(page).getByRole('button', { name: 'Pause e-mails' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Back' }).click();
  assert.equal((await read(id)).mail, 'on');
  await press(page, 'Pause e-mails', /^Pause \d+ e-mails\?$/);
  await page.getByText('The e-mails are paused.').waitFor();
  await sheet(page).getByText('The e-mails of this upload are paused.').waitFor();
  assert.equal((await read(id)).mail, 'paused');
  assert.deepEqual(await axeFinds(page), []);
  await press(page, 'Resume e-mails', /^Let \d+ e-mails go out\?$/);
  await page.getByText('The e-mails go out again.').waitFor();
  await sheet(page).getByRole('button', { name: 'Pause e-mails' }).waitFor();
  assert.equal((await read(id)).mail, 'on');
});

test('a wrong file is cancelled, and can be revived', async t => {
  const id = await sendFile('wrong');
  const page = await openPage(t, w.browser, `${w.server.url}/#/uploads/${id}`, { locale: 'pt-BR', width: 360 });
  await press(page, 'Cancelar e-mails', /^Cancelar \d+ e-mails\?$/);
  await page.getByText('Os e-mails estão cancelados.').waitFor();
  await uploadView(page).getByText(/\d+ e-mails foram cancelados\./).waitFor();
  await page.locator('.beside').getByText('concluído', { exact: true }).waitFor();
  assert.deepEqual(await axeFinds(page), []);
  assert.equal(await overflows(page), false);
  const { held, emailed } = await read(id);
  assert.equal(held + emailed, debts);
  await press(page, 'Retomar e-mails', new RegExp(`^Liberar ${held} e-mails\\?$`));
  await page.locator('.beside').getByText('em processamento', { exact: true }).waitFor();
});
