// Where things are, and the tools from deps/npm.
import { createRequire } from 'node:module';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import path from 'node:path';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
export const local = path.join(root, '.local');
export const program =
  process.env.BANKSLIP_PROGRAM ?? path.join(root, 'build/release/bankslip');

/** What scripts/setup has put into .local/npm. */
export const fromNpm = createRequire(path.join(local, 'npm/'));

export const run = promisify(execFile);

/** Longest wait for anything that must happen: machines that run tests may be busy. */
export const patience = 30_000;

/** Asks until the answer is true or `patience` is over; resolves to the answer. */
export async function until(what, ask) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not in time: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
