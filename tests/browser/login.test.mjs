import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { axeFinds, openPage, uploadView } from './harness/browser.mjs';
import { program, run } from './harness/tools.mjs';
import { csv, file, world } from './harness/world.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'bankslip-keys-'));
after(() => rmSync(folder, { recursive: true }));
const keys_file = path.join(folder, 'keys');
/** A new key with its line in the file. */
async function newKey(name, scopes) {
  const { stdout } = await run(program, ['key', 'new', name, '--scope', scopes]);
  const [key, line] = stdout.split('\n');
  writeFileSync(keys_file, `${line}\n`, { flag: 'a' });
  return key;
}
const operator = await newKey('operator', 'ingest,read,ops');
const feeder = await newKey('feeder', 'ingest');

const w = world({ changes: { API_KEYS_FILE: keys_file } });
const wrong_key = (url, text) => url.endsWith('/session') && /status of 401/.test(text);

/** Pastes a key into the dialog that came by itself. */
async function logIn(page, key) {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Key').fill(key);
  await dialog.getByRole('button', { name: 'Log in' }).click();
}

test('a key is asked for once, a wrong one is told, and the session outlives the page', async t => {
  const page = await openPage(t, w.browser, `${w.server.url}/#/uploads`, { expected: wrong_key });
  await page.getByRole('dialog').waitFor();
  assert.deepEqual(await axeFinds(page), []);
  await logIn(page, 'bsk_wrong');
  await page.getByText('The server does not know this key.').waitFor();
  await logIn(page, operator);
  await page.getByText('Logged in as operator').waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const [cookie] = await page.context().cookies();
  assert.equal(cookie.name, 'bankslip_session');
  assert.ok(cookie.httpOnly && cookie.sameSite === 'Strict');
  assert.ok(!cookie.value.includes(operator));

  await page.goto(`${w.server.url}/#/send`);
  await page.setInputFiles('input[type=file]', file('keys.csv', csv([['k-1', 'ana@example.com']])));
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('link', { name: /^Watch upload/ }).click();
  await uploadView(page).getByText('done', { exact: true }).waitFor();
  await page.goto(`${w.server.url}/#/find/k-1`);
  await page.getByRole('button', { name: 'copy as curl' }).first().click();
  await page.getByText('Copied.').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()),
    `curl -H "Authorization: Bearer $BANKSLIP_API_KEY" ${w.server.url}/bankslip/k-1`);

  await page.reload();
  await page.getByText('Logged in as operator').waitFor();
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByRole('dialog').getByLabel('Key').waitFor();
  assert.deepEqual(await page.context().cookies(), []);
});

test('what a key does not allow is told in words, and not tried', async t => {
  const page = await openPage(t, w.browser, `${w.server.url}/#/send`);
  await logIn(page, feeder);
  await page.getByText('Logged in as feeder').waitFor();
  await page.setInputFiles('input[type=file]', file('fed.csv', csv([['k-2', 'ana@example.com'], ['k-3', 'ana@']])));
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  const card = page.getByRole('listitem').filter({ hasText: 'fed.csv' });
  await card.getByText('The key lacks the scope read').waitFor();
  assert.match((await card.innerText()).replace(/\s+/g, ' '), /Accepted 1 Rejected 1 1 row was rejected row 1 email is no address/);
  for (const place of ['uploads', 'mend', 'find', 'system']) {
    await page.goto(`${w.server.url}/#/${place}`);
    await page.getByRole('alert').getByText(`It lacks the scope ${place === 'system' ? 'ops' : 'read'}.`).waitFor();
  }
});
