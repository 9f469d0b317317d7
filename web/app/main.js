/// Starts the page.
import { render, startRouter } from './router.js';
import { startShell } from './shell.js';
import { takeDrops } from '../send/drop.js';

const main = document.getElementById('main');
startShell(() => render(main, false));
takeDrops();
// The key comes first, where the server wants one: no call is sent to be refused.
const { start } = await import('../login/login.js');
await start();
startRouter(main);
