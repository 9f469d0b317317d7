// `bankslip serve` as a child process, which dies with the test.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { program, until } from './tools.mjs';

/** Starts a server on `stack` and waits until it is ready; `changes` win over the
 *  stack's variables. */
export async function startServer(stack, changes = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bankslip-page-'));
  const variables = {
    SERVER_PORT: '0',
    ADMIN_PORT: '0',
    LOG_FORMAT: 'json',
    WORKERS: '2',
    ...stack.variables,
    ...changes,
  };
  const log = [];
  let child;
  const ports = {};

  const kill = () => child?.kill('SIGKILL');
  process.on('exit', kill);

  async function start() {
    child = spawn(program, ['serve'], {
      cwd: folder,
      env: variables,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const listening = new Promise((resolve, reject) => {
      const take = line => {
        log.push(line);
        const listens = /"(api|admin) listens".*"port":(\d+)/.exec(line);
        if (listens) ports[listens[1]] = Number(listens[2]);
        if (ports.api && ports.admin) resolve();
      };
      for (const output of [child.stdout, child.stderr])
        createInterface({ input: output }).on('line', take);
      child.once('exit', () => reject(new Error(`the server ended:\n${log.join('\n')}`)));
    });
    await listening;
    await until('ready', () =>
      fetch(`http://127.0.0.1:${ports.admin}/readyz`).then(r => r.ok, () => false));
    // The page that was open finds it again.
    variables.SERVER_PORT = String(ports.api);
    variables.ADMIN_PORT = String(ports.admin);
  }

  await start();
  return {
    url: `http://127.0.0.1:${ports.api}`,
    log: () => log.join('\n'),
    async kill() {
      const ended = once(child, 'exit');
      kill();
      await ended;
    },
    /** Starts it anew on the same ports. */
    start,
    async stop() {
      process.off('exit', kill);
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
