/// The head of the page: name, navigation, connection, language.
import { fill, h, write } from './dom.js';
import { language, onLanguage, setLanguage, t } from './i18n.js';
import { clock } from './format.js';
import { bars } from './parts.js';
import { place } from './router.js';

const entries = ['send', 'uploads', 'mend', 'find', 'system'];
let connection = null;
let account = null;

/// Shows how the view's stream stands (see `openStream`); null for views without one.
export function showConnection(state) {
  connection = state;
  drawConnection();
}

/// Shows who is logged in; `draw()` gives the nodes, null for nobody.
export function showAccount(draw) {
  account = draw;
  drawAccount();
}

function drawAccount() {
  const place = document.getElementById('account');
  if (place) fill(place, account?.());
}

function drawConnection() {
  const mark = document.getElementById('connection');
  if (!mark) return;
  const is = connection?.is ?? 'none';
  mark.dataset.is = is;
  write(mark, is === 'none' || is === 'ended' ? '' : t(`stream.${is}`, { time: clock(connection.since ?? new Date()) }));
}

function draw() {
  document.documentElement.lang = language();
  document.getElementById('skip').textContent = t('page.skip');
  const here = place();
  fill(
    document.getElementById('top'),
    h('a.mark', { href: '#/send' }, bars(), h('span', 'Bankslip')),
    h(
      'nav',
      { 'aria-label': t('nav.label') },
      entries.map((name) => h('a', { href: `#/${name}`, 'aria-current': name === here ? 'page' : null }, t(`nav.${name}`)))
    ),
    h('p.connection', { id: 'connection', role: 'status' }),
    h('div.account', { id: 'account' }),
    h(
      'div.languages',
      { role: 'group', 'aria-label': t('language.label') },
      [
        ['pt-BR', 'PT', 'Português'],
        ['en', 'EN', 'English']
      ].map(([name, short, long]) =>
        h(
          'button',
          {
            type: 'button',
            lang: name,
            title: long,
            'aria-label': `${short} ${long}`,
            'aria-pressed': String(name === language()),
            on: { click: () => setLanguage(name) }
          },
          short
        )
      )
    )
  );
  fill(
    document.getElementById('foot'),
    h('a', { href: 'docs' }, t('foot.api')),
    h('a', { href: 'openapi.json' }, 'OpenAPI'),
    h('span', t('foot.curl'))
  );
  drawConnection();
  drawAccount();
}

export function startShell(rerender) {
  draw();
  onLanguage(() => {
    draw();
    rerender();
  });
  addEventListener('hashchange', draw);
  document.getElementById('skip').addEventListener('click', (event) => {
    event.preventDefault();
    document.getElementById('main').focus();
  });
}
