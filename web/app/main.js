/// Starts the page.
import { render, startRouter } from './router.js';
import { startShell } from './shell.js';
import { takeDrops } from '../send/drop.js';

const main = document.getElementById('main');
startShell(() => render(main, false));
startRouter(main);
takeDrops();
// Asks for the key where the server wants one.
import('../login/login.js').then((login) => login.start()).catch(() => {});
