/// The same call on a command line.
import { h } from './dom.js';
import { t } from './i18n.js';
import { needsKey } from './api.js';
import { note } from './announce.js';

const quoted = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/// A curl line for a call: `{method, path, body (JSON), form ({name: value}), out}`.
function curlLine({ method = 'GET', path, body, form, out }) {
  const words = ['curl'];
  if (out) words.push('-o', quoted(out));
  if (method !== 'GET' && body === undefined && !form) words.push('-X', method);
  if (needsKey()) words.push('-H', '"Authorization: Bearer $BANKSLIP_API_KEY"');
  if (body !== undefined) words.push('-H', quoted('Content-Type: application/json'), '-d', quoted(JSON.stringify(body)));
  for (const [name, value] of Object.entries(form ?? {})) words.push('-F', quoted(`${name}=${value}`));
  words.push(quoted(new URL(path, location.origin).href));
  return words.join(' ');
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Outside of https and localhost there is only the old way.
    const field = h('textarea', { value: text, class: 'unseen' });
    document.body.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    if (!done) return note(t('copy.failed'), 'bad');
  }
  note(t('copy.done'));
}

/// A quiet button that copies the curl line of a call.
export function curlButton(call) {
  return h(
    'button.link.curl',
    {
      type: 'button',
      title: t('copy.curl.title'),
      on: { click: () => copy(curlLine(typeof call === 'function' ? call() : call)) }
    },
    t('copy.curl')
  );
}
