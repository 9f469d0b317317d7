// Debian's Chromium, and what must hold on every page that a test opens.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fromNpm, patience } from './tools.mjs';

const { chromium } = fromNpm('playwright-core');
const axe = readFileSync(fromNpm.resolve('axe-core/axe.min.js'), 'utf8');

const quiet = [
  '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--no-first-run', '--font-render-hinting=none',
];

export const startBrowser = () =>
  chromium.launch({ executablePath: '/usr/bin/chromium', args: quiet });

/** Opens `path` of the server as a person would whose browser is set so. The page's
 *  `faults` are errors of scripts and of the console, and requests to other servers;
 *  `t.after` sees that there are none. An answer that is no success is a fault too,
 *  but for those that `expected` allows. */
export async function openPage(t, browser, url, options = {}) {
  const { width = 1280, height = 800, locale = 'en-US', dark = false, expected = () => false } =
    options;
  const context = await browser.newContext({
    viewport: { width, height },
    locale,
    timezoneId: 'America/Sao_Paulo',
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(patience);
  await takePageFromFolder(context);
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', error => faults.push(`script: ${error.stack}`));
  page.on('console', message => {
    const from = message.location().url;
    const failed = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !(failed && expected(from, message.text())))
      faults.push(`console: ${message.text()} (${from})`);
  });
  page.on('request', request => {
    const to = new URL(request.url());
    // Chromium shows PDFs by pages of its own.
    if (to.origin !== new URL(url).origin && /^(http|ws)s?:$/.test(to.protocol))
      faults.push(`outside: ${request.url()}`);
  });
  t.after(async () => {
    await context.close();
    assert.deepEqual(faults, []);
  });
  await page.goto(url);
  return page;
}

/** With BANKSLIP_PAGE=web the page is that of the tree, whatever the program was built with. */
export async function takePageFromFolder(context) {
  const folder = process.env.BANKSLIP_PAGE;
  if (!folder) return;
  const fileOf = url => path.join(folder, url.pathname === '/' ? 'index.html' : url.pathname);
  await context.route(url => existsSync(fileOf(url)) && statSync(fileOf(url)).isFile(), route =>
    route.fulfill({ path: fileOf(new URL(route.request().url())) }));
}

/** What axe-core finds on the page as it stands, in lines to read. */
export async function axeFinds(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return violations.flatMap(v =>
    v.nodes.map(n => `${v.id}: ${n.target} ${n.failureSummary ?? v.help}`));
}

/** The view of one upload: lists and cards of files have bars and states too. */
export const uploadView = page => page.getByRole('main').filter({ has: page.locator('.upload-view') });

/** Whether something is wider than the window. */
export const overflows = page =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth;
  });
