/// Texts by the browser's language, or the one that was chosen with the switch. Only that
/// language is fetched.

const loads = { 'pt-BR': async () => (await import('../text/pt.js')).pt, en: async () => (await import('../text/en.js')).en };
const kept = 'bankslip.language';
const listeners = new Set();
let current = chosen();
let texts = await loads[current]();
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
  texts = await loads[name]();
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

/// Whether there is a text of `key`.
export const knows = (key) => key in texts;
