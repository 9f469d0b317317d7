// Pictures of the page's main states: screenshots.mjs FOLDER
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { startBrowser, takePageFromFolder } from './harness/browser.mjs';
import { mailService } from './harness/mail_service.mjs';
import { startServer } from './harness/server.mjs';
import { ownStack } from './harness/stack.mjs';
import { file, upload } from './harness/world.mjs';

const folder = process.argv[2];
const people = ['Ana Lima', 'Bruno Reis', 'Carla Dias', 'Davi Melo', 'Elisa Prado', 'Fábio Nunes',
  'Gilda Rocha', 'Hugo Sales', 'Íris Campos', 'João Teles'];

/** A file as a shop sends it; `flaws` change rows by their number. */
function debts(name, count, flaws = {}) {
  const rows = Array.from({ length: count }, (_, i) => {
    const row = {
      id: `${name}-${1001 + i}`,
      name: people[i % 10],
      document: String(11144477735 + i),
      email: `${people[i % 10].split(' ')[0].normalize('NFD').replace(/\W/g, '').toLowerCase()}${i}@example.com`,
      amount: `${100 + ((i * 37) % 900)},${String((i * 7) % 100).padStart(2, '0')}`,
      due: `2030-0${1 + (i % 9)}-1${i % 10}`,
      ...flaws[i],
    };
    return `${row.id};${row.name};${row.document};${row.email};${row.amount};${row.due}`;
  });
  return `debtId;name;governmentId;email;debtAmount;debtDueDate\n${rows.join('\n')}\n`;
}

const flaws = {
  3: { email: 'davi@', id: 'rec-1004' }, 17: { amount: '1.2345,0' }, 25: { due: '31/02/2030' },
  31: { email: 'cheia@example.com' }, 38: { email: 'cheia@example.com' }, 44: { email: 'muda@example.com' },
  52: { document: '' }, 53: { document: '' }, 60: { email: 'gilda example.com' },
};

/** What a large file holds after its first rows, which were sent before. */
const everyday = {};
for (let i = 12_000; i < 120_000; ++i) {
  if (i % 70 === 0) everyday[i] = { amount: '1.2345,0' };
  else if (i % 110 === 0) everyday[i] = { email: 'cheia@example.com' };
  else if (i % 530 === 0) everyday[i] = { email: 'muda@example.com' };
}

const [stack, mails, browser] = await Promise.all([ownStack(), mailService(), startBrowser()]);
mails.refuse('cheia@example.com', 'mailbox is full');
mails.loseAnswer('muda@example.com');
const server = await startServer(stack, { EMAIL_URL: mails.url, EMAIL_IDEMPOTENCY_WINDOW: '0s' });

/** Takes a picture of a place (waiting for its own sake is for what moves) once `drawn` says so. */
async function take(name, place, drawn, { width = 1280, height = 800, dark = false, locale = 'en-US' } = {}) {
  const context = await browser.newContext({
    viewport: { width, height }, colorScheme: dark ? 'dark' : 'light', locale,
    timezoneId: 'America/Sao_Paulo', reducedMotion: 'reduce',
  });
  await takePageFromFolder(context);
  const page = await context.newPage();
  await page.goto(`${server.url}/#/${place}`);
  await drawn(page);
  await page.waitForLoadState('load');
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
  await context.close();
}

try {
  mkdirSync(folder, { recursive: true });
  await upload(server, debts('rec', 80, flaws));
  const checked = text => async page => {
    await page.setInputFiles('input[type=file]', file('recife-2030-01.csv', text));
    await page.getByRole('main').getByRole('table').waitFor();
  };
  const drawn = selector => page => page.locator(selector).first().waitFor();
  // A slip in the frame is drawn by a page of the browser's own.
  const debt = async page => {
    await drawn('article.debt')(page);
    const slip = page.locator('.slip iframe');
    if (await slip.isVisible()) await page.waitForEvent('requestfinished', { predicate: r => r.url().endsWith('/pdf') }).catch(() => {});
    await page.waitForTimeout(4000);
  };
  await take('send', 'send', checked(debts('rec', 80, flaws)));
  await take('mend', 'mend/1', drawn('.problems tbody tr'));
  await take('mend-dark', 'mend/1', drawn('.problems tbody tr'), { dark: true, locale: 'pt-BR' });
  await take('find', 'find/rec-1002', debt, { locale: 'pt-BR', height: 700 });
  await take('find-dark', 'find/rec-1032', debt, { dark: true, height: 700 });
  await take('mend-narrow', 'mend/1', drawn('.problems tbody tr'), { width: 360, height: 740 });
  await take('find-narrow', 'find/rec-1002', drawn('article.debt'), { width: 360, height: 740, dark: true, locale: 'pt-BR' });
  // The rest shows work under way.
  await upload(server, debts('olinda', 12_000));
  const form = new FormData();
  form.append('file', new Blob([debts('olinda', 120_000, everyday)]), 'olinda.csv');
  await fetch(`${server.url}/bankslip/batch`, { method: 'POST', body: form });
  const working = least => async page => {
    await page.waitForFunction(part => parseInt(document.querySelector('.far strong')?.textContent, 10) >= part, least, { timeout: 180_000 });
    await page.waitForTimeout(1000);
  };
  await take('watch', 'uploads/3', working(50));
  await take('watch-narrow', 'uploads/3', working(55), { width: 360, height: 740, locale: 'pt-BR', dark: true });
  const watched = async page => {
    await drawn('main table')(page);
    await page.waitForTimeout(8000);
  };
  await take('system', 'system', watched);
  await take('system-dark', 'system', watched, { dark: true, locale: 'pt-BR' });
} finally {
  await browser.close();
  await server.stop();
  mails.close();
  await stack.drop();
}
