/// What a screen reader hears and what flashes up at the edge of the window.
import { h } from './dom.js';

const calm_ms = 6_000;
let last = 0;
let pending = null;

/// Reads a whole sentence out, politely and not more often than every few seconds;
/// of several the last one is heard.
export function announce(sentence) {
  clearTimeout(pending);
  const wait = Math.max(0, last + calm_ms - Date.now());
  pending = setTimeout(() => {
    last = Date.now();
    document.getElementById('live').textContent = sentence;
  }, wait);
}

/// Shows a note for some seconds; `kind` is "good" or "bad".
export function note(text, kind = 'good') {
  const place = document.getElementById('notes');
  const line = h('p.note', { class: kind, role: kind === 'bad' ? 'alert' : 'status' }, text);
  place.append(line);
  setTimeout(() => line.remove(), kind === 'bad' ? 9_000 : 4_000);
}
