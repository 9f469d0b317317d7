/// Which view the address asks for: `#/uploads/42?code=x`. A view is a module with
/// `title(params)` and `show(main, params, query)`, which may return a function that ends it; `needs`
/// is the scope of what it asks for.
import { may } from './api.js';
import { h, fill } from './dom.js';
import { t } from './i18n.js';
import { errorState, heading, loadingState } from './parts.js';

const routes = [
  { pattern: 'send', load: () => import('../send/send.js') },
  { pattern: 'uploads', needs: 'read', load: () => import('../watch/uploads.js') },
  { pattern: 'uploads/:id', needs: 'read', load: () => import('../watch/upload.js') },
  { pattern: 'mend', needs: 'read', load: () => import('../mend/mend.js') },
  { pattern: 'mend/:id', needs: 'read', load: () => import('../mend/mend.js') },
  { pattern: 'find', needs: 'read', load: () => import('../find/find.js') },
  { pattern: 'find/:id', needs: 'read', load: () => import('../find/find.js') },
  { pattern: 'system', needs: 'ops', load: () => import('../watch/system.js') }
];
const first = '#/send';

let end = null;
let asked = 0;

/// The first word of the address, for the navigation: "uploads".
export const place = () => parse(location.hash).words[0];

function parse(hash) {
  const [path, query = ''] = hash.replace(/^#\/?/, '').split('?');
  return { words: path.split('/').filter(Boolean).map(decoded), query: new URLSearchParams(query) };
}

function decoded(word) {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

function match(words) {
  for (const route of routes) {
    const pattern = route.pattern.split('/');
    if (pattern.length !== words.length) continue;
    const params = {};
    if (pattern.every((p, i) => (p.startsWith(':') ? ((params[p.slice(1)] = words[i]), true) : p === words[i])))
      return { route, params };
  }
  return null;
}

/// Address of a view: `link('find', id)`; ids may hold any character.
export const link = (...words) => `#/${words.map(encodeURIComponent).join('/')}`;

/// Shows what the address asks for. `moved`: the user came here from another view,
/// so the focus goes to its heading.
export async function render(main, moved) {
  const { words, query } = parse(location.hash);
  if (words.length === 0) return location.replace(first);
  const turn = ++asked;
  const found = match(words);
  end?.();
  end = null;
  if (!found) {
    document.title = `${t('page.lost')} · Bankslip`;
    fill(main, heading(t('page.lost')), h('p', { role: 'alert' }, t('page.lost.text')), h('p', h('a', { href: first }, t('nav.send'))));
    return;
  }
  const late = setTimeout(() => turn === asked && fill(main, loadingState()), 150);
  let view = null;
  try {
    view = await found.route.load();
    clearTimeout(late);
    if (turn !== asked) return;
    document.title = `${view.title(found.params)} · Bankslip`;
    const { needs } = found.route;
    if (needs && !may(needs)) return void fill(main, heading(view.title(found.params)), errorState({ text: t('error.scope', { scope: needs }) }, null, t('error.scope.title')));
    fill(main);
    end = view.show(main, found.params, query) ?? null;
    if (moved) focusHeading(main);
  } catch (problem) {
    clearTimeout(late);
    if (turn !== asked) return;
    // A module that did not arrive is not asked for again before a reload.
    const missing = problem instanceof TypeError && !view;
    if (!missing) console.error(problem);
    fill(
      main,
      errorState(missing ? { text: t('error.0') } : problem, () => (missing ? location.reload() : render(main, false)))
    );
  }
}

function focusHeading(main) {
  scrollTo(0, 0);
  const heading = main.querySelector('h1');
  if (!heading) return main.focus();
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

export function startRouter(main) {
  addEventListener('hashchange', () => render(main, true));
  // The other views come along, so that they are there when the server is not.
  render(main, false).then(() => routes.forEach((route) => route.load().catch(() => {})));
}
