/// Texts by the browser's language, or the one that was chosen with the switch. Only that
/// language is fetched.

const loads = {
  'pt-BR': () => import('../text/pt.js').then(({ pt, phrases }) => ({ texts: pt, phrases })),
  en: () => import('../text/en.js').then(({ en }) => ({ texts: en, phrases: [] }))
};
const kept = 'bankslip.language';
const listeners = new Set();
let current = chosen();
let { texts, phrases } = await loads[current]();
let plural = new Intl.PluralRules(current);

function chosen() {
  try {
    const told = localStorage.getItem(kept);
    if (told in loads) return told;
  } catch {
    /* no storage: the browser's language */
  }
  const first = (globalThis.navigator?.languages ?? ['en'])[0] ?? 'en';
  return first.toLowerCase().startsWith('pt') ? 'pt-BR' : 'en';
}

export const language = () => current;

export async function setLanguage(name) {
  ({ texts, phrases } = await loads[name]());
  current = name;
  plural = new Intl.PluralRules(name);
  try {
    localStorage.setItem(kept, name);
  } catch {
    /* holds until the page is left */
  }
  document.documentElement.lang = name;
  for (const listener of listeners) listener();
}

export function onLanguage(listener) {
  listeners.add(listener);
}

/// The text of `key`. `{name}` in it is replaced by `params.name`, numbers in the
/// language's form; where it has forms, `params.n` chooses: {one, other}.
export function t(key, params = {}) {
  let text = texts[key];
  if (text === undefined) return key;
  if (typeof text === 'object') text = text[plural.select(params.n)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = params[name];
    return typeof value === 'number' ? value.toLocaleString(current) : (value ?? '');
  });
}

/// What the server says in English, in the page's language: reasons of debts, and of what is away.
/// What others have told it (a mail server, libcurl) stays as it is.
export const said = (text) => phrases.reduce((whole, [pattern, words]) => whole.replace(pattern, words), text ?? '');

/// Whether there is a text of `key`.
export const knows = (key) => key in texts;
