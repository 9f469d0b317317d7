// A picture of a page, once it shows something: picture.mjs ADDRESS FILE.png
import { startBrowser } from '../browser/harness/browser.mjs';
import { patience } from '../browser/harness/tools.mjs';

const [address, file] = process.argv.slice(2);
const browser = await startBrowser();
try {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 }, locale: 'en-US', timezoneId: 'America/Sao_Paulo',
    // nginx's certificate is one of its own making.
    ignoreHTTPSErrors: true, reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', error => faults.push(error.stack));
  await page.goto(address);
  await page.locator('main dd, .message').first().waitFor({ timeout: patience });
  await page.screenshot({ path: file });
  if (faults.length) throw new Error(faults.join('\n'));
} finally {
  await browser.close();
}
