// A server with all that it needs, and a browser, for the tests of one file.
import { after, before } from 'node:test';
import { startBrowser } from './browser.mjs';
import { mailService } from './mail_service.mjs';
import { startServer } from './server.mjs';
import { ownStack } from './stack.mjs';
import { until } from './tools.mjs';

/** `{stack, mails, browser, server}`, there once the tests run. `changes`: settings;
 *  `prepare` is called once all is up. */
export function world({ changes = {}, prepare = async () => {} } = {}) {
  const w = {};
  before(async () => {
    [w.stack, w.mails, w.browser] = await Promise.all([ownStack(), mailService(), startBrowser()]);
    w.server = await startServer(w.stack, {
      EMAIL_URL: w.mails.url,
      // A lost answer leaves a debt in doubt at once.
      EMAIL_IDEMPOTENCY_WINDOW: '0s',
      ...changes,
    });
    await prepare(w);
  });
  after(async () => {
    await w.browser?.close();
    await w.server?.stop();
    w.mails?.close();
    await w.stack?.drop();
  });
  return w;
}

/** A CSV file: a header and rows of `[id, email, amount, due date]`. */
export const csv = rows =>
  ['debtId;name;governmentId;email;debtAmount;debtDueDate',
    ...rows.map(([id, email, amount = '10,50', due = '2030-01-31']) =>
      `${id};Ana Lima;11144477735;${email};${amount};${due}`)].join('\n') + '\n';

/** A file for an input of the page. */
export const file = (name, text) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

/** Sends a file as a program does, and waits for its end; the upload. */
export async function upload(server, text) {
  const form = new FormData();
  form.append('file', new Blob([text]), 'debts.csv');
  const { upload_id: id } =
    await fetch(`${server.url}/bankslip/batch`, { method: 'POST', body: form }).then(r => r.json());
  return until(`upload ${id}`, async () => {
    const now = await fetch(`${server.url}/uploads/${id}`).then(r => r.json());
    return now.state === 'done' && now;
  });
}
