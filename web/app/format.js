/// Numbers, sizes, times and money as the language writes them.
import { language, t } from './i18n.js';

const made = new Map();
function form(kind, options) {
  const key = `${language()} ${kind.name} ${JSON.stringify(options)}`;
  if (!made.has(key)) made.set(key, new kind(language(), options));
  return made.get(key);
}

export const number = (n) => form(Intl.NumberFormat, {}).format(n);

/// A part of a whole, cut and never rounded up: "12 %"; "100 %" is all of it, and less than one in a
/// thousand is not nothing.
export function percent(n, whole) {
  // Of the counts: a quotient of them is already rounded (0.29 * 100 is less than 29).
  const cut = (parts) => Math.floor((n * parts) / whole) / parts;
  const fine = n > 0 && n < whole && (n * 100 < whole || n * 100 > whole * 99);
  const shown = !(whole > 0) ? 0 : fine ? Math.min(Math.max(cut(1000), 0.001), 0.999) : cut(100);
  const text = form(Intl.NumberFormat, { style: 'percent', maximumFractionDigits: fine ? 1 : 0 }).format(shown);
  return n > 0 && n * 1000 < whole ? `< ${text}` : text;
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
export function bytes(n) {
  let power = 0;
  while (n >= 999.5 && power < units.length - 1) {
    n /= 1000;
    ++power;
  }
  const digits = power > 0 && n < 99.5 ? 1 : 0;
  return form(Intl.NumberFormat, {
    style: 'unit',
    unit: units[power],
    unitDisplay: power ? 'short' : 'long',
    maximumFractionDigits: digits
  }).format(n);
}

/// A span in seconds: "0.8 s", "42 s", "3 min 5 s", "2 h 10 min".
export function duration(seconds) {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 10)
    return `${form(Intl.NumberFormat, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(Math.max(seconds, 0))} s`;
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${number(Math.floor(s / 3600))} h ${Math.floor(s / 60) % 60} min`;
}

/// A short span in seconds, as latencies are told: "0.4 ms", "12 ms", "1.3 s".
export function latency(seconds) {
  if (!Number.isFinite(seconds)) return '–';
  const ms = seconds * 1000;
  if (ms >= 1000) return `${form(Intl.NumberFormat, { maximumSignificantDigits: 2 }).format(seconds)} s`;
  return `${form(Intl.NumberFormat, { maximumSignificantDigits: 2 }).format(ms)} ms`;
}

/// A span that is only roughly known: "about 3 min".
export function roughly(seconds) {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 5) return t('time.moments');
  if (seconds < 55) return t('time.about', { span: `${Math.ceil(seconds / 5) * 5} s` });
  if (seconds < 3300) return t('time.about', { span: `${Math.ceil(seconds / 60)} min` });
  return t('time.about', { span: duration(Math.ceil(seconds / 600) * 600) });
}

// The short form of English is read in two ways: 1/2/30.
const date_style = () => (language() === 'en' ? 'medium' : 'short');
const as_date = (when) => (when instanceof Date ? when : new Date(when));
export const clock = (when) =>
  form(Intl.DateTimeFormat, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(as_date(when));
export const moment = (when) => form(Intl.DateTimeFormat, { dateStyle: date_style(), timeStyle: 'medium' }).format(as_date(when));
/// A day as the API writes it, YYYY-MM-DD: no time zone may move it.
export const day = (text) =>
  form(Intl.DateTimeFormat, { dateStyle: date_style(), timeZone: 'UTC' }).format(new Date(`${text}T00:00:00Z`));
export const money = (reais) => form(Intl.NumberFormat, { style: 'currency', currency: 'BRL' }).format(reais);
