/// Texts by the browser's language, or the one that was chosen with the switch.
import { pt } from '../text/pt.js';
import { en } from '../text/en.js';

export const languages = { 'pt-BR': pt, en };
const kept = 'bankslip.language';
const listeners = new Set();
let current = chosen();
let plural = new Intl.PluralRules(current);

function chosen() {
  try {
    const told = localStorage.getItem(kept);
    if (told in languages) return told;
  } catch { /* no storage: the browser's language */ }
  const first = (globalThis.navigator?.languages ?? ['en'])[0] ?? 'en';
  return first.toLowerCase().startsWith('pt') ? 'pt-BR' : 'en';
}

export const language = () => current;

export function setLanguage(name) {
  current = name;
  plural = new Intl.PluralRules(name);
  try { localStorage.setItem(kept, name); } catch { /* holds until the page is left */ }
  document.documentElement.lang = name;
  for (const listener of listeners) listener();
}

export function onLanguage(listener) { listeners.add(listener); }

/// The text of `key`. `{name}` in it is replaced by `params.name`, numbers in the
/// language's form; where it has forms, `params.n` chooses: {one, other}.
export function t(key, params = {}) {
  let text = languages[current][key];
  if (text === undefined) return key;
  if (typeof text === 'object') text = text[plural.select(params.n)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = params[name];
    return typeof value === 'number' ? value.toLocaleString(current) : value ?? '';
  });
}

/// Whether there is a text of `key`.
export const knows = (key) => key in languages[current];
